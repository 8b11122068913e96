import assert from "node:assert/strict";
import { suggestNames } from "../../../src/mcp/suggest_names.ts";

Deno.test("suggestNames finds slips and parts of names, closest first", () => {
  const names = ["echo", "submits", "p2p_taskqueue_submit", "list"];
  assert.deepEqual(suggestNames("ecko", names), ["echo"]);
  assert.deepEqual(suggestNames("submut", names), ["submits"]);
  assert.deepEqual(suggestNames("queue_submit", names), ["p2p_taskqueue_submit"]);
  assert.deepEqual(suggestNames("zzzzzz", names), []);
});

Deno.test("suggestNames spends no time on what is too long to be a slip", () => {
  const startMs = performance.now();
  assert.deepEqual(suggestNames("x".repeat(4_000_000), ["x".repeat(60)]), []);
  assert.ok(performance.now() - startMs < 100);
});
