import { moveOnAfter } from "../concurrency/mod.ts";
import type { HealthReport } from "../telemetry/mod.ts";

/** How long a check may take before it counts as failed. */
const CHECK_TIMEOUT_MS = 5_000;

/**
 * Ask how the node is, and do not wait for ever.
 *
 * @param ask Runs the checks.
 * @returns Their report; when the time is up, one that the node is unavailable.
 */
export async function askHealth(
  ask: (signal: AbortSignal) => Promise<HealthReport>,
): Promise<HealthReport> {
  // When the time is up, the report is about those checks that did not answer.
  const asked = await moveOnAfter(CHECK_TIMEOUT_MS, ask);
  return asked.timedOut ? { status: "unavailable", checks: {} } : asked.value;
}
