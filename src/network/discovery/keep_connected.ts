import { type Clock, exponentialBackoffMs, type Limiter } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { PeerTarget } from "../network.ts";

const BASE_DELAY_MS = 1_000;
const MAX_DELAY_MS = 300_000;

/** What {@linkcode keepConnected} works with. */
export interface KeepConnectedOptions {
  /** Connects, and tells to whom; throws if that fails. */
  readonly connect: (target: PeerTarget, signal: AbortSignal) => Promise<string>;
  /** Resolves when there is no connection to a peer any more. */
  readonly waitUntilLost: (peerId: string, signal: AbortSignal) => Promise<void>;
  /** Dials at once, of all that share it. */
  readonly dials: Limiter;
  /** Whether it is news when the peer cannot be reached. @default {true} */
  readonly isExpected?: boolean | undefined;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  /** @default {Math.random} */
  readonly random?: (() => number) | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Stay connected to a peer: dial it, and dial again for as long as it takes whenever it cannot be
 * reached or was lost. A node that was down for a while is found again.
 *
 * @param target The peer.
 * @param options How to connect.
 * @returns A promise that resolves when the signal aborts.
 */
export async function keepConnected(
  target: PeerTarget,
  options: KeepConnectedOptions,
): Promise<void> {
  const { connect, waitUntilLost, dials, isExpected = true, logger, signal } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const peerId = await dials.run(() => connect(target, signal), { signal });
      failures = 0;
      await waitUntilLost(peerId, signal);
      logger?.debug("Peer lost", { ...target });
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      // Once is news; the tries after that are not.
      const fields = { ...target, attempt: failures, error };
      if (failures === 1 && isExpected) logger?.warn("Peer not reached", fields);
      else logger?.debug("Peer not reached", fields);
    }
    await pause(failures, options);
  }
}

/** The first pause is shorter for some than for others, or a seed that comes back is stormed. */
async function pause(failures: number, options: KeepConnectedOptions): Promise<void> {
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
