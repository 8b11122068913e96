import assert from "node:assert/strict";
import { encodeFrame, FrameTooLargeError } from "../../../../src/codec/mod.ts";
import { FakeClock, runTaskGroup } from "../../../../src/concurrency/mod.ts";
import { MemoryHub } from "../../../../src/network/memory/mod.ts";
import type { Network, Offence, Refusal } from "../../../../src/network/mod.ts";
import { RPC_PROTOCOL, serveRpc } from "../../../../src/rpc/mod.ts";
import { callOf, RawPeer } from "../raw_peer.ts";
import { JudgingNetwork } from "../../network/judging_network.ts";

const FRAMES = { maxFrameBytes: 2 ** 20 };

interface Served {
  readonly caller: Network;
  readonly clock: FakeClock;
  readonly offences: JudgingNetwork["offences"];
  readonly refusals: readonly Refusal[];
}

async function withServer(body: (served: Served) => Promise<void>): Promise<void> {
  const clock = new FakeClock();
  const hub = new MemoryHub({ clock });
  await using server = new JudgingNetwork(hub.open({ peerId: "server" }));
  await using caller = hub.open({ peerId: "caller" });
  const refusals: Refusal[] = [];
  await runTaskGroup(async (group) => {
    await serveRpc(group, {
      network: server,
      tools: new Map([["held", (_args, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        })]]),
      limits: { maxInFlightPerStream: 1 },
      onRefusal: (refusal) => refusals.push(refusal),
      clock,
    });
    await body({ caller, clock, offences: server.offences, refusals });
    group.cancel();
  });
}

function refusalOf(reason: string): Refusal {
  return { peerId: "caller", reason, subject: RPC_PROTOCOL };
}

const BAD_FRAMES: readonly (readonly [Uint8Array, string, Offence])[] = [
  [encodeFrame("{", FRAMES), "invalid_json", "malformed"],
  [encodeFrame("[1]", FRAMES), "invalid_message", "malformed"],
  [encodeFrame('{"jsonrpc":"1.0"}', FRAMES), "invalid_jsonrpc", "malformed"],
  [Uint8Array.of(255, 255, 255, 255), new FrameTooLargeError(0, 0).code, "too_large"],
];

for (const [bytes, reason, offence] of BAD_FRAMES) {
  Deno.test(`serveRpc blames a peer for a frame that is ${reason}`, async () => {
    await withServer(async ({ caller, offences, refusals }) => {
      const peer = await RawPeer.open(caller);
      await peer.stream.write(bytes);
      await peer.receiveAll();
      assert.deepEqual(offences, [["caller", offence]]);
      assert.deepEqual(refusals, [refusalOf(reason)]);
    });
  });
}

Deno.test("serveRpc blames a peer for a frame that it begins and does not end", async () => {
  await withServer(async ({ caller, clock, offences }) => {
    const peer = await RawPeer.open(caller);
    await peer.stream.write(Uint8Array.of(0, 0, 1));
    await clock.advance(9_999);
    assert.deepEqual(offences, []);
    await clock.advance(1);
    await assert.rejects(peer.receive());
    assert.deepEqual(offences, [["caller", "too_slow"]]);
  });
});

Deno.test("serveRpc blames nobody for a stream that breaks, or for asking much", async () => {
  await withServer(async ({ caller, offences, refusals }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(1, "held"), callOf(2, "held"));
    await peer.receive();
    assert.deepEqual(refusals, [refusalOf("too_many_requests")]);
    await peer.stream.write(Uint8Array.of(0, 0, 1));
    peer.stream.abort(new Error("The cable is pulled"));
    await (await RawPeer.open(caller)).stream.close();
    assert.deepEqual(offences, []);
  });
});

Deno.test("serveRpc holds a bounded part of frames that a peer does not end", async () => {
  await withServer(async ({ caller, refusals }) => {
    const almostAll = new Uint8Array(1024 * 1024);
    almostAll.set([0, 15, 255, 255]);
    const opened = Array.from({ length: 20 }, async () => {
      const peer = await RawPeer.open(caller);
      await peer.stream.write(almostAll.subarray(0, 1_000_000));
      return peer;
    });
    await Promise.allSettled(opened);
    while (refusals.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.deepEqual(refusals[0], refusalOf("too_much_unfinished"));
  });
});
