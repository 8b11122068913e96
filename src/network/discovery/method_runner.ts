import {
  abortable,
  exponentialBackoffMs,
  isCancellation,
  moveOnAfter,
  shield,
} from "../../concurrency/mod.ts";
import type { Clock } from "../../concurrency/mod.ts";
import { toErrorMessage } from "../../error/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { Bell } from "../bell.ts";
import type { DiscoveryHealth, DiscoveryReport } from "../network.ts";
import type {
  DiscoverableSelf,
  DiscoveryContext,
  DiscoveryMethod,
  FoundPeer,
} from "./discovery_method.ts";
import type { PeerBook } from "./peer_book.ts";

/** A part of each pause is random, so that nodes that were started together do not look together. */
const JITTER = 0.2;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 300_000;
/** Peers that a method may report in one round; the rest of a flood is dropped. */
const MAX_PEERS_PER_ROUND = 1_000;
/** How long a method may take to take back its announcements at the end. */
const STOP_DEADLINE_MS = 2_000;

/** What a {@linkcode MethodRunner} works with. */
export interface MethodRunnerOptions {
  readonly book: PeerBook;
  readonly self: DiscoverableSelf;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  readonly random: () => number;
}

/**
 * Runs one method: round after round, each with a budget, with pauses between them that grow while
 * it fails, and at once when somebody asks. Whatever the method does, the runner goes on.
 */
export class MethodRunner {
  readonly #method: DiscoveryMethod;
  readonly #options: MethodRunnerOptions;
  readonly #context: DiscoveryContext;
  #started: AsyncDisposable | undefined;
  /** Begun and not yet ended; a method that does not heed its signal may be at it for long. */
  #work: Promise<void> | undefined;
  #round = Promise.withResolvers<DiscoveryReport>();
  /** A round is under way, or the first one is about to begin. */
  #isInRound = true;
  readonly #bell: Bell;
  #foundIds = new Set<string>();
  #isStopped = false;
  #failures = 0;
  #last:
    | { readonly ok: boolean; readonly reason?: string; readonly durationMs: number }
    | undefined;
  #lastSuccessMs: number | undefined;

  constructor(method: DiscoveryMethod, options: MethodRunnerOptions) {
    const { self, clock, logger } = options;
    this.#method = method;
    this.#options = options;
    this.#bell = new Bell(clock);
    this.#context = {
      self,
      clock,
      logger,
      found: (peer) => this.#note(peer),
      lost: (peerId) => this.#isStopped || options.book.lost(method, peerId),
    };
  }

  get name(): string {
    return this.#method.name;
  }

  /** How it does. */
  health(): DiscoveryHealth {
    const { name, reach } = this.#method;
    return {
      method: name,
      reach,
      ok: this.#last?.ok,
      reason: this.#last?.reason,
      failures: this.#failures,
      lastSuccessMs: this.#lastSuccessMs,
      lastDurationMs: this.#last?.durationMs,
      peers: this.#options.book.countOf(name),
    };
  }

  /** The round that is under way, or else one that begins now. */
  lookNow(): Promise<DiscoveryReport> {
    this.wake();
    return this.#round.promise;
  }

  /** Begin a round now, unless one is under way. */
  wake(): void {
    if (!this.#isInRound) this.#bell.ring();
  }

  /** What was found since the last round began. */
  foundIds(): readonly string[] {
    return [...this.#foundIds];
  }

  /** Work until the signal aborts; then take back what was announced. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        await this.#runRound(signal);
        await this.#pause(signal);
      }
    } catch (error) {
      if (!isCancellation(error, signal)) throw error;
    } finally {
      await this.#stop();
    }
  }

  async #runRound(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const { budgetMs } = this.#method;
    this.#isInRound = true;
    this.#foundIds = new Set();
    const startedMs = clock.monotonicMs();
    let reason: string | undefined;
    try {
      const outcome = await moveOnAfter(
        budgetMs,
        (limit) => abortable(this.#startAndLook(limit), limit),
        { name: this.name, clock, signal },
      );
      if (outcome.timedOut) reason = `it did not end within ${budgetMs} ms`;
    } catch (error) {
      signal.throwIfAborted();
      reason = toErrorMessage(error) || "it failed";
    }
    this.#endRound(reason, clock.monotonicMs() - startedMs);
  }

  /** One at a time, also when an earlier call does not heed its signal. */
  #startAndLook(signal: AbortSignal): Promise<void> {
    const begin = async (): Promise<void> => {
      try {
        await this.#begin(signal);
        await this.#method.look(this.#context, signal);
      } finally {
        this.#work = undefined;
      }
    };
    // The method may be waited for in vain, and fail when nobody looks any more.
    return this.#work ??= begin();
  }

  async #begin(signal: AbortSignal): Promise<void> {
    if (this.#started !== undefined || this.#method.start === undefined) return;
    this.#started = await this.#method.start(this.#context, signal);
    // It took too long: the runner has stopped in the meantime, and nobody else disposes it.
    if (this.#isStopped) await this.#dispose();
  }

  #endRound(reason: string | undefined, durationMs: number): void {
    const { clock, logger } = this.#options;
    const ok = reason === undefined;
    const fields = { method: this.name, reason, durationMs, attempt: this.#failures + 1 };
    if (!ok && this.#failures === 0) logger?.warn("Discovery method failed", fields);
    else if (!ok) logger?.debug("Discovery method failed", fields);
    else if (this.#failures > 0) logger?.info("Discovery method works again", fields);
    this.#failures = ok ? 0 : this.#failures + 1;
    if (ok) this.#lastSuccessMs = clock.now();
    this.#last = { ok, durationMs, ...(reason !== undefined && { reason }) };
    const round = this.#round;
    this.#round = Promise.withResolvers();
    this.#isInRound = false;
    round.resolve({ method: this.name, ...this.#last, peerIds: this.foundIds() });
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const { random } = this.#options;
    const { intervalMs } = this.#method;
    const delayMs = this.#failures === 0
      ? intervalMs * (1 - JITTER / 2 + JITTER * random())
      : exponentialBackoffMs(this.#failures, {
        baseDelayMs: FIRST_RETRY_MS,
        maxDelayMs: Math.max(intervalMs, MAX_RETRY_MS),
        jitter: 0.5,
        random,
      });
    await this.#bell.wait(delayMs, signal);
  }

  async #stop(): Promise<void> {
    this.#isStopped = true;
    const { clock, logger } = this.#options;
    const limits = { name: `stop ${this.name}`, deadlineMs: STOP_DEADLINE_MS, clock };
    try {
      // What a round is still about to announce has to be taken back, too.
      const ending = this.#work?.catch(() => {}) ?? Promise.resolve();
      await moveOnAfter(STOP_DEADLINE_MS / 2, (limit) => abortable(ending, limit), { clock });
      await shield((limit) => abortable(this.#dispose(), limit), limits);
    } catch (error) {
      logger?.warn("Discovery method did not end well", { method: this.name, error });
    }
  }

  async #dispose(): Promise<void> {
    const started = this.#started;
    this.#started = undefined;
    await started?.[Symbol.asyncDispose]();
  }

  #note(peer: FoundPeer): void {
    if (this.#isStopped) return;
    const isKnown = this.#foundIds.has(peer.peerId);
    if (!isKnown && this.#foundIds.size >= MAX_PEERS_PER_ROUND) return;
    if (this.#options.book.found(this.#method, peer)) this.#foundIds.add(peer.peerId);
  }
}
