import assert from "node:assert/strict";
import { FakeClock, runTaskGroup } from "../../../../src/concurrency/mod.ts";
import { MemoryHub } from "../../../../src/network/memory/mod.ts";
import {
  createAuthorizer,
  type Network,
  type Offence,
  type Refusal,
} from "../../../../src/network/mod.ts";
import { createMemoryTaskStore } from "../../../../src/store/memory/mod.ts";
import {
  createLocalTaskQueue,
  createTaskQueueServer,
  TASK_QUEUE_PROTOCOL,
} from "../../../../src/taskqueue/mod.ts";
import { JudgingNetwork } from "../../network/judging_network.ts";
import { ask, askRaw, openRaw, readAll } from "./ask_raw.ts";

interface Served {
  readonly caller: Network;
  readonly clock: FakeClock;
  readonly offences: JudgingNetwork["offences"];
  readonly refusals: readonly Refusal[];
}

async function withServer(body: (served: Served) => Promise<void>): Promise<void> {
  const clock = new FakeClock();
  const hub = new MemoryHub({ clock });
  await using network = new JudgingNetwork(hub.open({ peerId: "server" }));
  await using caller = hub.open({ peerId: "caller" });
  await using store = createMemoryTaskStore();
  const queue = createLocalTaskQueue({ store, peerId: "server", clock });
  const authorizer = createAuthorizer({ token: "s3cret" });
  const refusals: Refusal[] = [];
  const onRefusal = (refusal: Refusal): void => void refusals.push(refusal);
  await runTaskGroup(async (group) => {
    const server = createTaskQueueServer({ queue, authorizer, clock, onRefusal });
    await server.serveLines(group, network);
    await body({ caller, clock, offences: network.offences, refusals });
    group.cancel();
  });
}

const BAD_LINES: readonly (readonly [string, string | Uint8Array, Offence])[] = [
  ["invalid_json", "{\n", "malformed"],
  ["invalid_json", Uint8Array.of(0xff, 10), "malformed"],
  ["frame_too_large", new Uint8Array(1024 * 1024 + 2).fill(0x20), "too_large"],
];

for (const [code, line, offence] of BAD_LINES) {
  Deno.test(`serveLines blames a peer for a line of ${line.length} bytes that is ${code}`, async () => {
    await withServer(async ({ caller, offences, refusals }) => {
      assert.equal(JSON.parse(await askRaw(caller, line)).error, code);
      assert.deepEqual(offences, [["caller", offence]]);
      assert.deepEqual(refusals, [{
        peerId: "caller",
        reason: code,
        subject: TASK_QUEUE_PROTOCOL,
      }]);
    });
  });
}

Deno.test("serveLines blames a peer for a line that it begins and does not end", async () => {
  await withServer(async ({ caller, clock, offences }) => {
    const stream = await openRaw(caller);
    await stream.write(Uint8Array.of(0x7b));
    await clock.advance(10_000);
    assert.equal(JSON.parse(await readAll(stream)).error, "request_timeout");
    assert.deepEqual(offences, [["caller", "too_slow"]]);
    await stream.close();
  });
});

Deno.test("serveLines blames nobody for asking what cannot be answered", async () => {
  await withServer(async ({ caller, offences, refusals }) => {
    const token = "s3cret";
    for (const request of [{ op: "nope" }, { op: "get" }, { op: "retry", "task_id": "x" }]) {
      assert.equal((await ask(caller, { ...request, token })).ok, false);
    }
    assert.deepEqual([offences, refusals], [[], []]);
  });
});

Deno.test("serveLines tells a peer that begins too many lines at once", async () => {
  await withServer(async ({ caller, offences }) => {
    const streams = await Promise.all(Array.from({ length: 17 }, () => openRaw(caller)));
    const almostAll = new Uint8Array(1_000_000).fill(0x20);
    await Promise.all(streams.map((stream) => stream.write(almostAll)));
    const replies = await Promise.race(streams.map(readAll));
    assert.equal(JSON.parse(replies).error, "too_much_unfinished");
    assert.deepEqual(offences, [["caller", "flood"]]);
    for (const stream of streams) stream.abort(new Error("done"));
  });
});
