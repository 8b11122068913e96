import assert from "node:assert/strict";
import { FrameDecoder } from "../../../src/codec/mod.ts";
import { FakeClock, runTaskGroup, type TaskGroup } from "../../../src/concurrency/mod.ts";
import type { Network } from "../../../src/network/mod.ts";
import { MemoryHub } from "../../../src/network/memory/mod.ts";
import {
  callAsHead,
  callAsSeed,
  type Message,
  serveHeadPeer,
  serveSeedPeer,
  toPythonJson,
} from "../../support/python_peer/mod.ts";
import framed from "../../fixtures/wire/framed_transcript.json" with { type: "json" };
import lines from "../../fixtures/wire/task_queue_transcript.json" with { type: "json" };

const TOKEN = "s3cret";
/** Members whose values differ from run to run, or that are not emulated in full. */
const VARYING = new Set([
  "task_id",
  "peer_id",
  "created_at",
  "updated_at",
  "lease_until",
  "heartbeat_at",
  "scheduler",
  "local_worker",
]);

interface Fixture {
  readonly clock: FakeClock;
  readonly hub: MemoryHub;
  readonly peer: Network;
  readonly network: Network;
  readonly group: TaskGroup;
}

async function withNodes(body: (fixture: Fixture) => Promise<void>): Promise<void> {
  const clock = new FakeClock(1_000_000);
  const hub = new MemoryHub({ clock });
  await using peer = hub.open({ peerId: "peer" });
  await using network = hub.open({ peerId: "client" });
  await runTaskGroup(async (group) => {
    await body({ clock, hub, peer, network, group });
    group.cancel("the test is over");
  });
}

function assertAlike(actual: unknown, recorded: unknown, path: string): void {
  if (typeof recorded !== "object" || recorded === null) {
    assert.deepEqual(actual, recorded, path);
    return;
  }
  assert.ok(typeof actual === "object" && actual !== null, path);
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(recorded).sort(), path);
  for (const [name, value] of Object.entries(recorded)) {
    const member: unknown = Reflect.get(actual, name);
    if (VARYING.has(name)) assert.equal(typeof member, typeof value, `${path}.${name}`);
    else assertAlike(member, value, `${path}.${name}`);
  }
}

/** Replaces ids that were recorded by those of this run. */
class TaskIds {
  readonly #ids = new Map<string, string>();

  replaceIn(text: string): string {
    for (const [recorded, actual] of this.#ids) text = text.replaceAll(recorded, actual);
    return text;
  }

  note(recorded: unknown, actual: unknown): void {
    const id = taskIdOf(recorded);
    if (id !== undefined) this.#ids.set(id, taskIdOf(actual) ?? "");
  }
}

function taskIdOf(reply: unknown): string | undefined {
  if (typeof reply !== "object" || reply === null) return undefined;
  const { "task_id": id, result } = reply as Message;
  if (typeof id === "string") return id;
  const { content } = (result ?? {}) as Message;
  return content === undefined ? undefined : taskIdOf(content);
}

async function askAll(network: Network, protocol: string, bytes: Uint8Array): Promise<Uint8Array> {
  const stream = await network.openStream({ peerId: "peer" }, protocol);
  await stream.write(bytes);
  await stream.closeWrite();
  const chunks: number[] = [];
  for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) {
    chunks.push(...chunk);
  }
  await stream.close();
  return Uint8Array.from(chunks);
}

Deno.test("serveSeedPeer answers as was recorded from a Python service", () =>
  withNodes(async ({ clock, peer, network, group }) => {
    const service = await serveSeedPeer(group, peer, { clock, hasCache: true });
    const ids = new TaskIds();
    for (const { label, sent, reply } of lines.exchanges) {
      Object.assign(service.options, { hasCache: label !== "cache off" });
      const bytes = new TextEncoder().encode(ids.replaceIn(sent));
      const asking = askAll(network, "/ipfs-datasets/task-queue/1.0.0", bytes);
      await clock.advance(1_000);
      const answer = new TextDecoder().decode(await asking);
      if (reply === null) assert.equal(answer, "", label);
      else {
        assert.match(answer, /^\{.*\}\n$/, label);
        assertAlike(JSON.parse(answer), reply, label);
        ids.note(reply, JSON.parse(answer));
      }
    }
  }));

Deno.test("serveHeadPeer answers as was recorded from a Python service", () =>
  withNodes(async ({ clock, peer, network, group }) => {
    const { service } = await serveHeadPeer(group, peer, { clock });
    const ids = new TaskIds();
    for (const session of framed.sessions) {
      const { label, sent, replies } = session;
      Object.assign(service.options, { token: label.startsWith("token") ? TOKEN : undefined });
      const frames = sent.map((item) => {
        if ("raw" in item) return Uint8Array.fromHex(item.raw);
        return frameOf("frame" in item ? item.frame : JSON.stringify(item.message));
      });
      const bytes = Uint8Array.from(frames.flatMap((frame) => [...frame]));
      const answer = await askAll(network, "/mcp+p2p/1.0.0", bytes);
      const decoder = new FrameDecoder({ maxFrameBytes: 1_048_576 });
      const bodies = [...decoder.decode(answer)].map((body) => new TextDecoder().decode(body));
      assert.equal(bodies.length, replies.length, label);
      for (const [index, reply] of replies.entries()) {
        const actual: unknown = JSON.parse(bodies[index] ?? "");
        assertAlike(actual, reply, label);
        ids.note(reply, actual);
        assert.doesNotMatch(bodies[index] ?? "", /", "|": /, label);
      }
    }
  }));

function frameOf(text: string): Uint8Array {
  const body = new TextEncoder().encode(text);
  const frame = new Uint8Array(4 + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, 4);
  return frame;
}

Deno.test("toPythonJson writes what json.dumps writes", () => {
  const value = { a: [1, 2.5, null, true], "\u00e9": "\u{1F600}\u007f\n", n: [NaN, Infinity] };
  assert.equal(
    toPythonJson(value),
    '{"a": [1, 2.5, null, true], "\\u00e9": "\\ud83d\\ude00\\u007f\\n", "n": [NaN, Infinity]}',
  );
  assert.equal(toPythonJson({ b: 1, a: [1, 2] }, { isCompact: true }), '{"b":1,"a":[1,2]}');
  assert.equal(toPythonJson({ b: 1, a: 2 }, { isSorted: true }), '{"a": 2, "b": 1}');
});

Deno.test("callAsSeed and callAsHead call emulated services from a new host each time", () =>
  withNodes(async ({ clock, hub, peer, group }) => {
    const seed = await serveSeedPeer(group, peer, { clock, token: TOKEN });
    const head = await serveHeadPeer(group, peer, { clock, token: TOKEN });
    let hosts = 0;
    const options = {
      openNetwork: () => hub.open({ peerId: `host${++hosts}` }),
      multiaddr: "/memory/peer/p2p/peer",
      clock,
      token: TOKEN,
    };
    const submit = { op: "submit", "task_type": "text", payload: { text: "x".repeat(900_000) } };
    for (const [call, service] of [[callAsSeed, seed], [callAsHead, head.service]] as const) {
      const { "task_id": id, ok } = await call(options, submit);
      assert.equal(ok, true);
      const { task } = await call(options, { op: "get", "task_id": id });
      assert.deepEqual(task, service.queue.get(String(id)));
      const unauthorized = await call({ ...options, token: "no" }, { op: "status" });
      assert.equal(unauthorized["error"], "unauthorized");
    }
    assert.equal(hosts, 6);
  }));
