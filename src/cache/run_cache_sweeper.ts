import {
  type Clock,
  exponentialBackoffMs,
  isCancellation,
  systemClock,
} from "../concurrency/mod.ts";
import { AppError } from "../error/mod.ts";
import type { Logger } from "../telemetry/mod.ts";
import type { LocalCache } from "./local_cache.ts";

/** Options of {@linkcode runCacheSweeper}. */
export interface CacheSweeperOptions {
  /** Pause between two sweeps. @default {60000} */
  readonly intervalMs?: number | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Told of sweeps that fail. @default {nobody} */
  readonly logger?: Logger | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Keep a cache in order: free the room of what has expired, forget old deletions, keep to the
 * limits. Nobody sees a value after its time, swept or not; this is about room. A store that is busy
 * or full is tried again later.
 *
 * @param cache The cache.
 * @param options The signal that ends it; make it a child of a task group.
 * @returns A promise that resolves when the signal aborts.
 */
export async function runCacheSweeper(
  cache: LocalCache,
  options: CacheSweeperOptions,
): Promise<void> {
  const { intervalMs = 60_000, clock = systemClock, logger, signal } = options;
  try {
    for (let failures = 0;;) {
      try {
        await cache.sweep({ signal });
        failures = 0;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        failures++;
        logger?.warn("Cache sweep failed", { error, failures });
      }
      const backoffMs = failures === 0
        ? 0
        : exponentialBackoffMs(failures, { maxDelayMs: 600_000 });
      await clock.sleep(intervalMs + backoffMs, { signal });
    }
  } catch (error) {
    if (!isCancellation(error, signal)) throw error;
  }
}
