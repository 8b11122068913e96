import { type Clock, exponentialBackoffMs } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";

const BASE_DELAY_MS = 1_000;
const MAX_DELAY_MS = 60_000;

/** What {@linkcode keepConnected} works with. */
export interface KeepConnectedOptions {
  /** Connects, then waits until the connection is lost; throws if there is none. */
  readonly connect: (multiaddr: string, signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  /** @default {Math.random} */
  readonly random?: (() => number) | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Stay connected to a bootstrap peer: dial it, and dial again for as long as it takes whenever it
 * cannot be reached or was lost. A seed node that was down for a while is found again.
 *
 * @param multiaddr The peer's address.
 * @param options How to connect.
 * @returns A promise that resolves when the signal aborts.
 */
export async function keepConnected(
  multiaddr: string,
  options: KeepConnectedOptions,
): Promise<void> {
  const { connect, clock, logger, random, signal } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      await connect(multiaddr, signal);
      failures = 0;
      logger?.debug("Bootstrap peer lost", { multiaddr });
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      // Once is news; the tries after that are not.
      const fields = { multiaddr, attempt: failures, error };
      if (failures === 1) logger?.warn("Bootstrap peer not reached", fields);
      else logger?.debug("Bootstrap peer not reached", fields);
    }
    await pause(failures, { clock, random, signal });
  }
}

interface PauseOptions {
  readonly clock: Clock;
  readonly random: (() => number) | undefined;
  readonly signal: AbortSignal;
}

async function pause(failures: number, options: PauseOptions): Promise<void> {
  const { clock, random, signal } = options;
  const delayMs = exponentialBackoffMs(Math.max(1, failures), {
    baseDelayMs: BASE_DELAY_MS,
    maxDelayMs: MAX_DELAY_MS,
    jitter: 0.5,
    random,
  });
  try {
    await clock.sleep(delayMs, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
