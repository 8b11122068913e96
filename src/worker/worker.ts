import {
  type Clock,
  exponentialBackoffMs,
  isCancellation,
  retry,
  runTaskGroup,
  shield,
  type TaskGroup,
} from "../concurrency/mod.ts";
import { toErrorMessage } from "../error/mod.ts";
import { LeaseLostError, type Task, TaskNotFoundError } from "../task/mod.ts";
import type { TaskQueue, WorkOutcome } from "../taskqueue/mod.ts";
import { type Logger, METRICS, type MetricsRegistry } from "../telemetry/mod.ts";
import type { Executor } from "./executor.ts";
import { type AttemptEnd, runAttempt } from "./run_attempt.ts";
import { Wakeup } from "./wakeup.ts";

/** What a {@linkcode Worker} needs. */
export interface WorkerOptions {
  /** Where tasks come from: this node's queue or a peer's. */
  readonly queue: TaskQueue;
  /** What this worker can do. */
  readonly executors: readonly Executor[];
  /** Worker id, shown on the tasks it runs. */
  readonly name: string;
  /** Tasks run at the same time. @default {4} */
  readonly concurrency?: number | undefined;
  /** Tags that it offers, for tasks that require them. @default {[]} */
  readonly offers?: readonly string[] | undefined;
  /** Its session: it also takes tasks that ask for this one. @default {undefined} none */
  readonly session?: string | undefined;
  /** Counts attempts. */
  readonly metrics: MetricsRegistry;
  /** Measures renewals and pauses. */
  readonly clock: Clock;
  /** Tells what happens to tasks. */
  readonly logger: Logger;
}

/** A snapshot of what a worker does. */
export interface WorkerStatistics {
  /** Tasks being executed. */
  readonly running: number;
  /** Attempts that ended with a result. */
  readonly completed: number;
  /** Attempts that failed. */
  readonly failed: number;
  /** Attempts given back, cancelled or lost. */
  readonly interrupted: number;
  /** Claims that have failed since the last one that did not. */
  readonly claimFailures: number;
}

const DEFAULT_CONCURRENCY = 4;
/** How long one claim waits at the queue for work to come in. */
const CLAIM_WAIT_MS = 20_000;
/** Pauses after claims that failed: grow to this, so that a queue that is away is found again. */
const MAX_CLAIM_PAUSE_MS = 15_000;
/** How long a result is tried to be delivered: it ends earlier when the queue says that the lease is lost. */
const REPORT_BUDGET_MS = 600_000;
const MAX_REPORT_PAUSE_MS = 5_000;
/** How long results that are not delivered yet hold up a worker that stops. */
const REPORT_DEADLINE_MS = 10_000;
/** How long giving a task back may take. */
const RELEASE_DEADLINE_MS = 2_000;

/**
 * Claims tasks of the types it can execute and runs several at a time.
 *
 * Stopping has two steps: {@linkcode Worker.drain} ends the claiming and lets running tasks finish;
 * aborting the signal of {@linkcode Worker.run} interrupts what still runs and gives it back.
 */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #executors: ReadonlyMap<string, Executor>;
  readonly #draining = new AbortController();
  readonly #drained = Promise.withResolvers<void>();
  #running = 0;
  #completed = 0;
  #failed = 0;
  #interrupted = 0;
  #claimFailures = 0;
  /** Ends the claim loop's waits: a slot is free, or no more is to be claimed. */
  readonly #wakeup: Wakeup;

  /**
   * Makes a worker; it does nothing until it is run.
   *
   * @param options Queue, executors and limits.
   * @throws {RangeError} If the concurrency is not a positive whole number.
   */
  constructor(options: WorkerOptions) {
    const { concurrency = DEFAULT_CONCURRENCY } = options;
    if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
      throw new RangeError(
        `Cannot create worker as its concurrency must be a positive integer: ${concurrency}`,
      );
    }
    this.#options = options;
    this.#executors = indexExecutors(options.executors);
    this.#wakeup = new Wakeup(options.clock);
  }

  /** Task types that this worker claims, aliases included. */
  get taskTypes(): readonly string[] {
    return [...this.#executors.keys()];
  }

  /**
   * What it does at the moment.
   *
   * @returns A snapshot.
   */
  statistics(): WorkerStatistics {
    return Object.freeze({
      running: this.#running,
      completed: this.#completed,
      failed: this.#failed,
      interrupted: this.#interrupted,
      claimFailures: this.#claimFailures,
    });
  }

  /** Stop claiming; resolves when no task is running. */
  drain(): Promise<void> {
    this.#stopClaiming();
    return this.#drained.promise;
  }

  #stopClaiming(): void {
    this.#draining.abort();
    this.#wakeup.notify();
  }

  /**
   * Claim and execute until drained or aborted.
   *
   * @param signal Interrupts running tasks; they are released.
   */
  async run(signal: AbortSignal): Promise<void> {
    const stopClaiming = () => this.#stopClaiming();
    signal.addEventListener("abort", stopClaiming, { once: true });
    if (signal.aborted) stopClaiming();
    try {
      // The group is not tied to the signal: attempts end by themselves once it aborts, and report.
      await runTaskGroup((group) => this.#claimLoop(group, signal), { name: "worker" });
    } finally {
      signal.removeEventListener("abort", stopClaiming);
      this.#drained.resolve();
    }
  }

  async #claimLoop(group: TaskGroup, signal: AbortSignal): Promise<void> {
    const { concurrency = DEFAULT_CONCURRENCY } = this.#options;
    while (!this.#draining.signal.aborted) {
      if (this.#running >= concurrency) {
        await this.#wakeup.wait(Infinity);
        continue;
      }
      for (const task of await this.#claim(concurrency - this.#running)) {
        this.#running++;
        group.spawn(`task ${task.id}`, () => this.#runTask(task, signal));
      }
    }
  }

  async #claim(limit: number): Promise<readonly Task[]> {
    const { queue, name, offers, session, logger } = this.#options;
    const signal = this.#draining.signal;
    try {
      const tasks = await queue.claim(
        { worker: name, types: this.taskTypes, offers, session, limit, waitMs: CLAIM_WAIT_MS },
        { signal },
      );
      this.#claimFailures = 0;
      return tasks;
    } catch (error) {
      if (signal.aborted) return [];
      this.#claimFailures++;
      logger.warn("Claim failed", { error, peerId: queue.peerId });
      const pause = { maxDelayMs: MAX_CLAIM_PAUSE_MS };
      await this.#wakeup.wait(exponentialBackoffMs(this.#claimFailures, pause));
      return [];
    }
  }

  async #runTask(task: Task, signal: AbortSignal): Promise<void> {
    const { queue, clock } = this.#options;
    const startedMs = clock.monotonicMs();
    const executor = this.#executors.get(task.type);
    const end = executor === undefined
      ? { kind: "stopped" } as const
      : await runAttempt({ queue, task, executor, clock, signal });
    const durationMs = clock.monotonicMs() - startedMs;
    // A queue that is away must not keep the slot of what has been done.
    this.#running--;
    this.#wakeup.notify();
    await this.#report(task, end, signal);
    this.#account(task, end, durationMs);
  }

  /** Tell the queue how it ended. A report that cannot be made is logged: the lease then runs out. */
  async #report(task: Task, end: AttemptEnd, signal: AbortSignal): Promise<void> {
    try {
      if (end.kind === "finished") await this.#deliver(task, end.outcome, signal);
      if (end.kind === "stopped") await this.#release(task);
    } catch (error) {
      this.#options.logger.error("Report of an attempt failed", {
        taskId: task.id,
        reason: toErrorMessage(error),
        error,
      });
    }
  }

  /** Reporting the same end twice changes nothing, so it is tried until the queue has answered. */
  async #deliver(task: Task, outcome: WorkOutcome, signal: AbortSignal): Promise<void> {
    const { queue, clock } = this.#options;
    const report = { taskId: task.id, token: task.lease?.token ?? "", outcome };
    const send = (sending: AbortSignal) =>
      retry((_attempt, attemptSignal) => queue.finish(report, { signal: attemptSignal }), {
        maxAttempts: Number.MAX_SAFE_INTEGER,
        maxDelayMs: MAX_REPORT_PAUSE_MS,
        budgetMs: REPORT_BUDGET_MS,
        isRetryable: isTransient,
        clock,
        signal: sending,
      });
    try {
      if (!signal.aborted) {
        await send(signal);
        return;
      }
    } catch (error) {
      if (!isCancellation(error, signal)) throw error;
    }
    await shield(send, { deadlineMs: REPORT_DEADLINE_MS, clock });
  }

  async #release(task: Task): Promise<void> {
    const { queue, clock } = this.#options;
    const release = { taskId: task.id, token: task.lease?.token ?? "", reason: "worker stopped" };
    await shield((signal) => queue.release(release, { signal }), {
      deadlineMs: RELEASE_DEADLINE_MS,
      clock,
    });
  }

  #account(task: Task, end: AttemptEnd, durationMs: number): void {
    const { metrics, logger } = this.#options;
    const outcome = toOutcomeLabel(end);
    if (end.kind !== "finished") this.#interrupted++;
    else if (end.outcome.status === "completed") this.#completed++;
    else this.#failed++;
    metrics.counter(METRICS.attempts).add(1, { type: task.type, outcome });
    metrics.histogram(METRICS.attemptSeconds).record(durationMs / 1000, { type: task.type });
    logger.info("Attempt ended", {
      taskId: task.id,
      attempt: task.attempt,
      type: task.type,
      outcome,
      durationMs: Math.round(durationMs),
    });
  }
}

function toOutcomeLabel(end: AttemptEnd): string {
  if (end.kind !== "finished") return end.kind;
  return end.outcome.status === "completed" ? "ok" : end.outcome.error.code;
}

function indexExecutors(executors: readonly Executor[]): ReadonlyMap<string, Executor> {
  const byType = new Map<string, Executor>();
  for (const executor of executors) {
    for (const type of [executor.type, ...executor.aliases ?? []]) {
      if (byType.has(type)) {
        throw new TypeError(`Cannot create worker as two executors take one type: type "${type}"`);
      }
      byType.set(type, executor);
    }
  }
  return byType;
}

function isTransient(error: unknown): boolean {
  return !(error instanceof LeaseLostError || error instanceof TaskNotFoundError);
}
