import assert from "node:assert/strict";
import { createAuthorizer, MEMBER_ROLES } from "../../../../src/network/mod.ts";
import { MemoryHub } from "../../../../src/network/memory/mod.ts";
import { createTaskQueueServer } from "../../../../src/taskqueue/mod.ts";
import { withLocalQueue } from "../with_local_queue.ts";
import transcript from "../../../fixtures/wire/task_queue_transcript.json" with { type: "json" };
import { askRaw } from "./ask_raw.ts";

const TOKEN = "s3cret";
/** Members whose values differ from run to run. */
const VARYING = new Set(["task_id", "peer_id", "created_at", "updated_at", "last_seen", "detail"]);

interface Exchange {
  readonly label: string;
  readonly sent: string;
  readonly reply: unknown;
  readonly ours?: unknown;
  readonly why?: string;
}

/** Everything recorded is in the reply; the reply may have more members. */
function assertContains(actual: unknown, recorded: unknown, path: string): void {
  if (typeof recorded !== "object" || recorded === null) {
    assert.deepEqual(actual, recorded, path);
    return;
  }
  assert.ok(typeof actual === "object" && actual !== null, path);
  if (Array.isArray(recorded)) {
    assert.ok(Array.isArray(actual) && actual.length === recorded.length, path);
  }
  for (const [name, value] of Object.entries(recorded)) {
    const member: unknown = Reflect.get(actual, name);
    assert.notEqual(member, undefined, `${path}.${name}`);
    if (VARYING.has(name)) assert.equal(typeof member, typeof value, `${path}.${name}`);
    else assertContains(member, value, `${path}.${name}`);
  }
}

// docs/protocol.md, 3.1, 4.2, 4.3, 4.4
Deno.test("serveLines answers a recorded conversation as Python peers expect", async () => {
  await withLocalQueue(async ({ queue, group, clock }) => {
    const hub = new MemoryHub({ clock });
    await using server = hub.open({ peerId: "server" });
    await using network = hub.open({ peerId: "client" });
    const authorizer = createAuthorizer({
      token: TOKEN,
      allowPeers: [{ peerId: "client", roles: MEMBER_ROLES }],
    });
    await createTaskQueueServer({ queue, authorizer, clock }).serveLines(group, server);
    const taskIds = new Map<string, string>();
    const exchanges: readonly Exchange[] = transcript.exchanges;
    for (const { label, sent, reply, ours } of exchanges) {
      let text = sent;
      for (const [recorded, actual] of taskIds) text = text.replaceAll(recorded, actual);
      const asking = askRaw(network, text, { endsHalf: !text.includes("\n") });
      await clock.advance(1_000);
      const answer = await asking;
      assert.match(answer, /^\{.*\}\n$/, label);
      const actual: Record<string, unknown> = JSON.parse(answer);
      const expected = ours ?? reply;
      assertContains(actual, expected, label);
      assert.equal(actual["peer_id"], "server", label);
      const recordedId = (reply as Record<string, unknown> | null)?.["task_id"];
      if (typeof recordedId === "string" && typeof actual["task_id"] === "string") {
        taskIds.set(recordedId, actual["task_id"]);
      }
    }
    assert.equal(taskIds.size, 2);
  }, { peerId: "server", taskTypes: ["text-generation"] });
});
