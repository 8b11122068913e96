import type { Clock } from "../../concurrency/mod.ts";
import { askAtEdge, type TaskQueue } from "../../taskqueue/mod.ts";
import type { Outcome } from "../checklist.ts";

/** Ages and expiries are shown wrongly, and nothing else. */
const WARN_MS = 5_000;
/** Changes of the shared cache that are from the future by more than this are refused. */
const FAIL_MS = 60_000;

/** Whose clocks are compared. */
export interface ClockSkewOptions {
  readonly queue: TaskQueue;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Compare the clock of a peer with this one.
 *
 * @param options The clocks.
 * @returns How much the peer's is ahead, in milliseconds.
 */
export async function checkClockSkew(options: ClockSkewOptions): Promise<Outcome<number>> {
  const { queue, clock, signal } = options;
  const startMs = clock.now();
  const { timeMs } = await askAtEdge(() => queue.status({ signal }));
  const endMs = clock.now();
  if (timeMs === undefined) {
    return { finding: { status: "skipped", message: "The peer does not tell its time" } };
  }
  // Its answer was written at some time between the question and the answer.
  const skewMs = Math.round(timeMs - (startMs + endMs) / 2);
  const uncertaintyMs = Math.ceil((endMs - startMs) / 2);
  const sureMs = Math.max(0, Math.abs(skewMs) - uncertaintyMs);
  const details = { skewMs, uncertaintyMs };
  if (sureMs < WARN_MS) {
    const message = `Its clock and this one agree within ${Math.abs(skewMs) + uncertaintyMs} ms`;
    return { finding: { status: "ok", message, details }, value: skewMs };
  }
  const seconds = (Math.abs(skewMs) / 1_000).toFixed(1);
  const isBad = sureMs >= FAIL_MS;
  return {
    finding: {
      status: isBad ? "failed" : "warning",
      code: "clock_skew",
      message: `Its clock is ${seconds} s ${skewMs > 0 ? "ahead of" : "behind"} this one` +
        (isBad ? ": changes of the shared cache are refused" : ""),
      hint: "Set the clocks of both machines, best by NTP",
      details,
    },
    value: skewMs,
  };
}
