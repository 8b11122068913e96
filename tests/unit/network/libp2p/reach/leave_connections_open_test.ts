import assert from "node:assert/strict";
import type { Connection, Stream } from "@libp2p/interface";
import { leaveConnectionsOpen } from "../../../../../src/network/libp2p/reach/leave_connections_open.ts";

type Components = Parameters<typeof leaveConnectionsOpen>[0];
type Handler = (stream: Stream, connection: Connection) => void;
type Topology = Parameters<Components["registrar"]["register"]>[1];

Deno.test("leaveConnectionsOpen lets hole punching use connections, and not close them", async () => {
  let closed = 0;
  const connection = {
    direction: "inbound",
    get streams() {
      return ["a stream"];
    },
    close: () => Promise.resolve(void closed++),
  } as unknown as Connection;
  const given: Connection[] = [];
  let topology: Topology | undefined;
  let handler: Handler | undefined;
  const registrar = {
    register: (_protocol: string, wanted: Topology) => Promise.resolve(topology = wanted),
    handle: (_protocol: string, wanted: Handler) => Promise.resolve(handler = wanted),
  };
  const gentle = leaveConnectionsOpen({ registrar } as unknown as Components);
  await gentle.registrar.register("/libp2p/dcutr", {
    onConnect: (_peer, each) => void given.push(each),
  });
  await gentle.registrar.handle("/libp2p/dcutr", (_stream, each) => void given.push(each));
  topology?.onConnect?.({} as Parameters<NonNullable<Topology["onConnect"]>>[0], connection);
  handler?.({} as Stream, connection);
  assert.equal(given.length, 2);
  for (const each of given) {
    assert.deepEqual([each.direction, each.streams], ["inbound", ["a stream"]]);
    await each.close();
  }
  assert.equal(closed, 0);
});
