import type { Clock } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { Refusal } from "./refusal.ts";

/** One peer cannot fill the log with one kind of refusal. */
const WARN_EVERY_MS = 60_000;
/** Nor can many peers: warnings in all, after which only the number is told. */
const MAX_WARNINGS = 60;

/** What a reporter of refusals needs. */
export interface RefusalReporterOptions {
  /** Where they are logged: each for debugging, some as warnings. */
  readonly logger: Logger;
  /** Counts one, by its code. */
  readonly count: (reason: string) => void;
  /** Whose time it is. */
  readonly clock: Clock;
}

/**
 * Create what counts and logs refusals: each is counted and logged for debugging, and a warning is
 * logged for each peer and reason at most once a minute, and for all of them at most 60 times.
 *
 * @param options Where to.
 * @returns Is to be told of each refusal.
 */
export function createRefusalReporter(
  options: RefusalReporterOptions,
): (refusal: Refusal) => void {
  const { logger, count, clock } = options;
  const warned = new Set<string>();
  let windowEndsMs = 0;
  let suppressed = 0;

  function renewWindow(): void {
    const nowMs = clock.monotonicMs();
    if (nowMs < windowEndsMs) return;
    if (suppressed > 0) logger.warn("More peers were refused", { refusals: suppressed });
    warned.clear();
    suppressed = 0;
    windowEndsMs = nowMs + WARN_EVERY_MS;
  }

  return ({ peerId, host, reason, subject }) => {
    count(reason);
    const fields = { peerId, host, reason, subject };
    logger.debug("Peer was refused something", fields);
    renewWindow();
    const key = `${reason} ${peerId || host}`;
    if (warned.has(key)) return;
    if (warned.size >= MAX_WARNINGS) {
      suppressed++;
      return;
    }
    warned.add(key);
    logger.warn("Peer was refused", fields);
  };
}
