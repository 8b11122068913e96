import { abortable, type Clock, exponentialBackoffMs, failAfter } from "../concurrency/mod.ts";
import type { Logger } from "../telemetry/mod.ts";
import { ChangeQueue, type QueuedChange } from "./change_queue.ts";
import { isLasting } from "./is_lasting.ts";
import type { ReplicaTarget, ReplicationLimits, ReplicationOutcome } from "./replicator.ts";

/** What a lane needs. */
export interface ReplicaLaneDeps {
  readonly target: ReplicaTarget;
  readonly limits: ReplicationLimits;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  /** Told what became of each change. */
  readonly onOutcome: (outcome: ReplicationOutcome) => void;
}

/** The changes on their way to one node, and who sends them. */
export class ReplicaLane {
  readonly #deps: ReplicaLaneDeps;
  readonly #queue: ChangeQueue;
  #news = Promise.withResolvers<void>();
  #isClosed = false;
  #isOverflowing = false;

  /** @param deps The node, and how to send. */
  constructor(deps: ReplicaLaneDeps) {
    this.#deps = deps;
    this.#queue = new ChangeQueue(deps.limits);
  }

  /** How many changes wait. */
  get size(): number {
    return this.#queue.size;
  }

  /** Add a change; never waits. */
  push(queued: QueuedChange): void {
    const { logger, onOutcome, target } = this.#deps;
    const dropped = this.#queue.push(queued);
    for (let count = 0; count < dropped; count++) onOutcome("dropped");
    if (dropped > 0 && !this.#isOverflowing) {
      this.#isOverflowing = true;
      logger?.warn("Cache changes for a node are dropped, as too many wait", { peerId: target.id });
    }
    this.#news.resolve();
  }

  /** Send no more. What waits is forgotten. */
  close(): void {
    this.#isClosed = true;
    this.#news.resolve();
  }

  /**
   * Send what is there and what comes.
   *
   * @param signal Ends it.
   * @returns A promise that resolves after {@linkcode close}, or rejects with the signal's reason.
   */
  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !this.#isClosed;) {
      if (this.#queue.size === 0) {
        await this.#waitForNews(signal);
        continue;
      }
      const batch = this.#queue.take(this.#deps.limits.maxInFlight);
      const results = await Promise.all(batch.map((queued) => this.#send(queued, signal)));
      signal.throwIfAborted();
      const failed = results.filter(({ outcome }) => outcome === "failed");
      this.#log(results, failures);
      if (failed.length === 0) {
        failures = 0;
        continue;
      }
      // A node that takes some changes is not down: whatever it is about the others, go on soon.
      failures = failed.length === results.length ? failures + 1 : 1;
      const { baseDelayMs, maxDelayMs } = this.#deps.limits;
      const delayMs = exponentialBackoffMs(failures, { baseDelayMs, maxDelayMs, jitter: 0.5 });
      await this.#deps.clock.sleep(delayMs, { signal });
    }
  }

  async #waitForNews(signal: AbortSignal): Promise<void> {
    await abortable(this.#news.promise, signal);
    this.#news = Promise.withResolvers();
  }

  /** Never rejects: what failed is put back. */
  async #send(queued: QueuedChange, signal: AbortSignal): Promise<SendResult> {
    const result = await this.#try(queued, signal);
    // At the end of the queue, unless a newer change of the key came in the meantime.
    if (result.outcome === "failed") this.push(queued);
    this.#deps.onOutcome(result.outcome);
    return result;
  }

  async #try({ change }: QueuedChange, signal: AbortSignal): Promise<SendResult> {
    const { clock, limits, target } = this.#deps;
    if (change.version.atMs <= clock.now() - limits.maxAgeMs) return { outcome: "dropped" };
    try {
      const taken = await failAfter(
        limits.sendTimeoutMs,
        (limited) => target.cache.apply(change, { signal: limited }),
        { name: "replicate cache change", clock, signal },
      );
      return { outcome: taken ? "sent" : "stale" };
    } catch (error) {
      const isRefused = !signal.aborted && isLasting(error);
      return { outcome: isRefused ? "refused" : "failed", error };
    }
  }

  /** Tells of the beginning and the end of trouble, not of each change. */
  #log(results: readonly SendResult[], failures: number): void {
    const { logger, target } = this.#deps;
    const peerId = target.id;
    for (const { outcome, error } of results) {
      if (outcome === "refused") logger?.debug("Node refused a cache change", { peerId, error });
    }
    const failed = results.find(({ outcome }) => outcome === "failed");
    if (failed !== undefined && failures === 0) {
      logger?.warn("Cache changes do not reach a node", { peerId, error: failed.error });
    }
    if (failed !== undefined) return;
    this.#isOverflowing = false;
    if (failures > 0) logger?.info("Cache changes reach a node again", { peerId });
  }
}

/** What became of one try. */
interface SendResult {
  readonly outcome: ReplicationOutcome;
  readonly error?: unknown;
}
