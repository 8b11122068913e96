import { type Clock, Limiter, moveOnAfter, retry } from "../concurrency/mod.ts";
import type { JsonObject } from "../codec/mod.ts";
import { LeaseLostError, type Task, TaskNotFoundError } from "../task/mod.ts";
import type { LogLine, TaskQueue } from "../taskqueue/mod.ts";
import type { Interruption } from "./errors.ts";
import { LogBuffer } from "./log_buffer.ts";
import { Wakeup } from "./wakeup.ts";

/** What a {@linkcode LeaseKeeper} needs. */
export interface LeaseKeeperOptions {
  /** The queue that gave the lease. */
  readonly queue: TaskQueue;
  /** The task as it was claimed. */
  readonly task: Task;
  /** Called at most once, when the work must stop. */
  readonly onLost: (interruption: Interruption) => void;
  /** Shortest time between two reports, in milliseconds. @default {250} */
  readonly reportIntervalMs?: number | undefined;
  /** Measures the intervals. */
  readonly clock: Clock;
}

/** Renewed after this part of the lease's length, so that a renewal may fail and be tried again. */
const RENEW_AFTER_PART = 1 / 3;
const DEFAULT_REPORT_INTERVAL_MS = 250;
/** Attempts are watched for a cancellation from this age on. */
const WATCH_AFTER_MS = 500;
/** How long one request watches. */
const WATCH_MS = 300_000;
/** How long the last lines of a log are tried to be sent. */
const FLUSH_TIMEOUT_MS = 5_000;

/**
 * Keeps one lease alive and carries progress to the queue with the renewals.
 *
 * The length of the lease is the difference of two times of the queue's own clock, so a worker whose
 * clock is wrong keeps its lease all the same.
 */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #token: string;
  readonly #leaseMs: number;
  readonly #wakeup: Wakeup;
  readonly #logs = new LogBuffer();
  // Lines must arrive in their order.
  readonly #renewals = new Limiter(1);
  #progress: JsonObject | undefined;
  #isLost = false;

  /**
   * @param options The lease and whom to tell when it is lost.
   * @throws {TypeError} If the task is not leased.
   */
  constructor(options: LeaseKeeperOptions) {
    const { lease, id, updatedAtMs } = options.task;
    if (lease === null) throw new TypeError(`Cannot keep lease as the task has none: task "${id}"`);
    this.#options = options;
    this.#token = lease.token;
    this.#leaseMs = Math.max(1, lease.untilMs - updatedAtMs);
    this.#wakeup = new Wakeup(options.clock);
  }

  /** Token that proves the lease. */
  get token(): string {
    return this.#token;
  }

  /**
   * Report progress. Only the newest report is sent.
   *
   * @param progress Replaces the members of the same names.
   */
  reportProgress(progress: JsonObject): void {
    this.#progress = { ...this.#progress, ...progress };
    this.#wakeup.notify();
  }

  /**
   * Append a line to the task's log; it is sent with the next renewal.
   *
   * @param line The line.
   */
  log(line: LogLine): void {
    this.#logs.push(line);
    this.#wakeup.notify();
  }

  /** Send what is left of the log, for a bounded time. Never throws. */
  async flush(): Promise<void> {
    const { clock } = this.#options;
    await moveOnAfter(FLUSH_TIMEOUT_MS, async (signal) => {
      while (!this.#isLost && this.#logs.size > 0) await this.#renew(signal);
    }, { name: "flush log", clock });
  }

  /**
   * Renew until aborted, or until the lease is lost.
   *
   * @param signal Ends the renewing.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, reportIntervalMs = DEFAULT_REPORT_INTERVAL_MS } = this.#options;
    const idleMs = Math.max(1, this.#leaseMs * RENEW_AFTER_PART - reportIntervalMs);
    for (;;) {
      await this.#wakeup.wait(idleMs, { signal });
      if (!await this.#renew(signal)) return;
      await clock.sleep(Math.min(reportIntervalMs, this.#leaseMs * RENEW_AFTER_PART), { signal });
    }
  }

  /**
   * Wait for the task to be cancelled, which the queue tells at once; a renewal would tell of it, too,
   * but only when it is due. Short tasks are not watched: it would cost a request each.
   *
   * @param signal Ends the watching.
   */
  async watch(signal: AbortSignal): Promise<void> {
    const { queue, task: { id: taskId }, clock } = this.#options;
    // Without a token it is a Python peer, which cancels no running task.
    if (this.#token === "") return;
    await clock.sleep(WATCH_AFTER_MS, { signal });
    try {
      for (let status = "running"; status === "running";) {
        const task = await queue.wait({ taskId, timeoutMs: WATCH_MS }, { signal });
        status = task?.status ?? "gone";
        if (status === "cancelled") this.#lose("cancelled");
      }
    } catch (error) {
      signal.throwIfAborted();
      // The renewals go on, and they find out whatever there is to know.
      if (!(error instanceof Error)) throw error;
    }
  }

  async #renew(signal: AbortSignal): Promise<boolean> {
    const interruption = await this.#renewals.run(() => this.#tryRenew(signal), { signal });
    if (interruption === undefined) return true;
    this.#lose(interruption);
    return false;
  }

  #lose(interruption: Interruption): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#options.onLost(interruption);
  }

  async #tryRenew(signal: AbortSignal): Promise<Interruption | undefined> {
    const { queue, task, clock } = this.#options;
    const progress = this.#progress;
    this.#progress = undefined;
    const logs = this.#logs.take();
    const renewal = { taskId: task.id, token: this.#token, progress, logs };
    try {
      const renewed = await retry(
        (_attempt, retrySignal) => queue.renew(renewal, { signal: retrySignal }),
        {
          maxAttempts: Number.MAX_SAFE_INTEGER,
          baseDelayMs: 100,
          maxDelayMs: this.#leaseMs / 10,
          budgetMs: this.#leaseMs * (1 - RENEW_AFTER_PART),
          isRetryable: (error) => !isLeaseGone(error),
          clock,
          signal,
        },
      );
      if (renewed.status === "running") return undefined;
      return renewed.status === "cancelled" ? "cancelled" : "lease_lost";
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Error)) throw error;
      // A failure that outlasted the retries: by now the queue has given the task to somebody else.
      return "lease_lost";
    }
  }
}

function isLeaseGone(error: unknown): boolean {
  return error instanceof LeaseLostError || error instanceof TaskNotFoundError;
}
