import assert from "node:assert/strict";
import { toWireStatus } from "../../../../src/taskqueue/mod.ts";
import { fromWireStatus } from "../../../../src/taskqueue/protocol/wire_status.ts";

const COUNTS = { queued: 1, running: 2, completed: 3, failed: 4, cancelled: 5 };

Deno.test("fromWireStatus gives back what toWireStatus was given", () => {
  const status = { peerId: "p", taskTypes: ["a"], models: ["m"], session: "s", counts: COUNTS };
  const reply = toWireStatus(status);
  assert.deepEqual(fromWireStatus(reply, "p"), { ...status, raw: reply });
});

Deno.test("toWireStatus has no detail unless there are counts", () => {
  const reply = toWireStatus({ peerId: "p", taskTypes: [], models: [] });
  const names = ["ok", "capabilities", "nat", "session", "peer_id"];
  assert.deepEqual(Object.keys(reply), names);
});

Deno.test("toWireStatus passes on what a peer sent", () => {
  const raw = { ok: true, extra: 1 };
  assert.equal(toWireStatus({ peerId: "p", taskTypes: [], models: [], raw }), raw);
});

Deno.test("fromWireStatus copes with what Python peers leave out", () => {
  const bare = fromWireStatus({ ok: true }, "p");
  assert.deepEqual(bare.taskTypes, []);
  assert.equal(bare.counts, undefined);
  const head = fromWireStatus({ ok: true, queue: { queued: 7, running: 1, x: [] } }, "p");
  assert.deepEqual(head.counts, { queued: 7, running: 1, completed: 0, failed: 0, cancelled: 0 });
});
