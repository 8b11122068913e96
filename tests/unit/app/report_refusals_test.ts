import assert from "node:assert/strict";
import { reportRefusals } from "../../../src/app/report_refusals.ts";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import { MetricsRegistry } from "../../../src/telemetry/mod.ts";

Deno.test("reportRefusals counts refusals by reason, not by who was refused", async () => {
  const metrics = new MetricsRegistry();
  const report = reportRefusals(metrics, new FakeClock());
  for (const peerId of ["mallory", "judas"]) {
    report({ peerId, reason: "banned", subject: "connection" });
  }
  report({ peerId: "", host: "192.0.2.1", reason: "node_full", subject: "connection" });
  const lines = (await metrics.expose()).split("\n").filter((line) => /^mcpp_refusals/.test(line));
  assert.deepEqual(lines, [
    'mcpp_refusals_total{reason="banned"} 2',
    'mcpp_refusals_total{reason="node_full"} 1',
  ]);
});
