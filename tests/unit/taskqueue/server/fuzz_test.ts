import assert from "node:assert/strict";
import fc from "fast-check";
import { TOKEN, withServedQueue } from "../with_served_queue.ts";
import { OPS } from "../../../../src/taskqueue/ops/mod.ts";
import { TASK_QUEUE_PROTOCOL } from "../../../../src/taskqueue/mod.ts";
import { askRaw } from "./ask_raw.ts";

const NUM_RUNS = 300;

const OP_NAMES = OPS.flatMap(({ names }) => names);

const MEMBERS = [
  "after",
  "after_task_id",
  "clock",
  "detail",
  "deadline_s",
  "error",
  "idempotency_key",
  "lease",
  "key",
  "lease_ms",
  "lease_token",
  "limit",
  "logs",
  "max_attempts",
  "model_name",
  "not_before",
  "offers",
  "payload",
  "priority",
  "progress",
  "reason",
  "reports",
  "requires",
  "result",
  "session_id",
  "status",
  "stream",
  "supported_task_types",
  "task_id",
  "tasks",
  "task_type",
  "task_types",
  "ttl_s",
  "updated_at",
  "value",
  "version",
  "worker_id",
];

/** A request of a known operation with members that make sense or not; without long waits. */
const message = fc.tuple(
  fc.constantFrom(...OP_NAMES, "", "nope"),
  fc.dictionary(fc.constantFrom(...MEMBERS), fc.oneof(fc.jsonValue(), fc.constant("text"))),
).map(([op, members]) => ({ ...members, op, timeout_s: 0, token: TOKEN }));

function assertReply(text: string): void {
  assert.match(text, /^\{.*\}\n$/);
  const reply = JSON.parse(text);
  assert.equal(typeof reply.ok, "boolean");
  assert.equal(reply.peer_id, "server");
  assert.notEqual(reply.error, "internal_error", text);
  assert.ok(text.length <= 1_000_000);
}

Deno.test("serveLines answers any bytes with one line, or closes", () =>
  withServedQueue(async ({ network }) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const text = await askRaw(network, bytes, { endsHalf: true });
        if (text !== "") assertReply(text);
      }),
      { numRuns: NUM_RUNS },
    );
  }));

Deno.test("serveLines answers any JSON with one line", () =>
  withServedQueue(async ({ network }) => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (json) => {
        assertReply(await askRaw(network, `${json}\n`));
      }),
      { numRuns: NUM_RUNS },
    );
  }));

Deno.test("serveLines answers any request with one line and without a fault", () =>
  withServedQueue(async ({ network }) => {
    await fc.assert(
      fc.asyncProperty(message, async (request) => {
        assertReply(await askRaw(network, `${JSON.stringify(request)}\n`));
      }),
      { numRuns: NUM_RUNS * 3 },
    );
  }));

Deno.test("serveLines gives up quietly on callers that hang up at any point", () =>
  withServedQueue(async ({ network, queue }) => {
    const request = new TextEncoder().encode(`{"op":"list","token":"${TOKEN}"}\n`);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: request.length }), async (length) => {
        const stream = await network.openStream({ peerId: "server" }, TASK_QUEUE_PROTOCOL);
        await stream.write(request.subarray(0, length));
        stream.abort(new Error("gone"));
      }),
      { numRuns: 100 },
    );
    assert.deepEqual(await queue.list({}), []);
  }));
