import {
  abortable,
  type Clock,
  exponentialBackoffMs,
  type Limiter,
  moveOnAfter,
} from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { PeerTarget } from "../network.ts";

const BASE_DELAY_MS = 1_000;
const MAX_DELAY_MS = 300_000;
/** A peer that was there is missed for no more than this part of the time that it was away. */
const MAX_PART_OF_ABSENCE = 0.25;
const MIN_DELAY_OF_LOST_MS = 5_000;

/** What {@linkcode keepConnected} works with. */
export interface KeepConnectedOptions {
  /** Connects, and tells to whom; throws if that fails. */
  readonly connect: (target: PeerTarget, signal: AbortSignal) => Promise<string>;
  /** Resolves when there is no connection to a peer any more. */
  readonly waitUntilLost: (peerId: string, signal: AbortSignal) => Promise<void>;
  /** Dials at once, of all that share it. */
  readonly dials: Limiter;
  /** Resolves when it makes sense to dial at once, whatever pause is left. @default never */
  readonly whenWoken?: (() => Promise<void>) | undefined;
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
 * reached or was lost. A node that was down for a while is found again: the pauses between dials
 * grow, and for a peer that was lost they are short beside the time that it has been away.
 *
 * @param target The peer.
 * @param options How to connect.
 * @returns A promise that resolves when the signal aborts.
 */
export async function keepConnected(
  target: PeerTarget,
  options: KeepConnectedOptions,
): Promise<void> {
  const { connect, waitUntilLost, dials, isExpected = true, clock, logger, signal } = options;
  let failures = 0;
  let lostAtMs: number | undefined;
  while (!signal.aborted) {
    try {
      const peerId = await dials.run(() => connect(target, signal), { signal });
      failures = 0;
      await waitUntilLost(peerId, signal);
      lostAtMs = clock.monotonicMs();
      logger?.debug("Peer lost", { ...target });
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      // Once is news; the tries after that are not.
      const fields = { ...target, attempt: failures, error };
      if (failures === 1 && isExpected) logger?.warn("Peer not reached", fields);
      else logger?.debug("Peer not reached", fields);
    }
    await pause({ failures, lostAtMs }, options);
  }
}

/** What decides how long a pause is. */
interface History {
  /** Dials that have failed, one after the other. */
  readonly failures: number;
  /** When the peer was lost; `undefined` if it was never there. */
  readonly lostAtMs: number | undefined;
}

/** The first pause is shorter for some than for others, or a seed that comes back is stormed. */
async function pause(history: History, options: KeepConnectedOptions): Promise<void> {
  const { clock, random, whenWoken, signal } = options;
  const { failures, lostAtMs } = history;
  const partMs = lostAtMs === undefined
    ? MAX_DELAY_MS
    : (clock.monotonicMs() - lostAtMs) * MAX_PART_OF_ABSENCE;
  const delayMs = exponentialBackoffMs(Math.max(1, failures), {
    baseDelayMs: BASE_DELAY_MS,
    maxDelayMs: Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_OF_LOST_MS, partMs)),
    jitter: 0.5,
    random,
  });
  try {
    if (whenWoken === undefined) return await clock.sleep(delayMs, { signal });
    await moveOnAfter(delayMs, (limit) => abortable(whenWoken(), limit), { clock, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
