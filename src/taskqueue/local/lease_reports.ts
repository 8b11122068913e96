import { type Clock, exponentialBackoffMs } from "../../concurrency/mod.ts";
import type { TaskStore } from "../../store/mod.ts";
import { type Lease, LeaseLostError, type Task, TaskNotFoundError } from "../../task/mod.ts";
import { Checks } from "../checks.ts";
import { isAtMost } from "../json_size.ts";
import { parseLeaseToken } from "../lease_token.ts";
import type { TaskQueueLimits } from "../limits.ts";
import type { WorkOutcome } from "../task_queue.ts";
import { clipLogs } from "./clip_logs.ts";
import type { LocalFinishWork, LocalReleaseWork, LocalRenewWork } from "./local_task_queue.ts";
import { TaskTurns } from "./task_turns.ts";
import { toOutcome } from "./to_outcome.ts";
import { clampLeaseMs } from "./to_work_ask.ts";

/** What {@linkcode LeaseReports} needs. */
export interface LeaseReportsDeps {
  readonly store: TaskStore;
  readonly limits: TaskQueueLimits;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Who says to hold which lease. */
interface Holder {
  readonly taskId: string;
  /** Empty if the reporter knows of no tokens. */
  readonly token: string;
  readonly worker?: string | undefined;
}

/**
 * Takes the reports of those who hold leases.
 *
 * The token says that a report is of the holder. A lease that is not fenced was given to somebody who
 * knows of no tokens: while it lasts, the first report of the end counts; to renew it or to give it
 * back takes the name of its worker.
 */
export class LeaseReports {
  readonly #deps: LeaseReportsDeps;
  readonly #turns = new TaskTurns();

  /** @param deps What it is made of. */
  constructor(deps: LeaseReportsDeps) {
    this.#deps = deps;
  }

  /** Move the end of a lease; take progress and lines of log. */
  async renew(input: LocalRenewWork): Promise<Task> {
    const { store, limits } = this.#deps;
    const { taskId, progress, logs } = input;
    const isKnown = input.token !== "";
    const task = isKnown && input.leaseMs !== undefined ? undefined : await store.get(taskId);
    const token = isKnown ? input.token : this.#unfencedLease(task, input, true).token;
    const fits = progress !== undefined && isAtMost(progress, limits.maxProgressBytes);
    return await store.renew({
      taskId,
      token,
      nowMs: this.#nowMs(),
      leaseMs: this.#leaseMs(input, task),
      progress: fits ? progress : undefined,
      logs: clipLogs(logs),
    });
  }

  /** End an attempt. */
  async finish(input: LocalFinishWork): Promise<Task> {
    if (input.token !== "") return await this.#finish({ ...input, token: input.token });
    // Of two reports without a token the second must see that the first one has ended the lease.
    return await this.#turns.run(input.taskId, async () => {
      const task = await this.#deps.store.get(input.taskId);
      const { token } = this.#unfencedLease(task, input, false);
      return await this.#finish({ ...input, token });
    });
  }

  /** Give a task back. */
  async release(input: LocalReleaseWork): Promise<Task> {
    const { store } = this.#deps;
    const { taskId, reason } = input;
    const token = input.token !== ""
      ? input.token
      : this.#unfencedLease(await store.get(taskId), input, true).token;
    return await store.release({ taskId, token, reason, nowMs: this.#nowMs() });
  }

  /** The wait before the next attempt. */
  backoffMs(attempt: number): number {
    const { limits, random } = this.#deps;
    const { retryBaseMs: baseDelayMs, retryMaxMs: maxDelayMs } = limits;
    const options = { baseDelayMs, maxDelayMs, jitter: 0.5, random };
    return Math.round(exponentialBackoffMs(attempt, options));
  }

  async #finish({ taskId, token, outcome }: LocalFinishWork): Promise<Task> {
    const { store } = this.#deps;
    if (outcome.status === "cancelled") {
      return await this.#cancel({ taskId, token }, outcome.reason);
    }
    const nowMs = this.#nowMs();
    return await store.finish({ taskId, token, nowMs, outcome: this.#complete(outcome, token) });
  }

  /** Only the holder may cancel in this way: who is not cannot renew. */
  async #cancel({ taskId, token }: Holder, reason: string): Promise<Task> {
    const { store, limits } = this.#deps;
    const nowMs = this.#nowMs();
    const task = await store.renew({ taskId, token, nowMs, leaseMs: limits.leaseMs });
    if (task.status === "cancelled") return task;
    return await store.cancel({ taskId, nowMs, reason });
  }

  #complete(outcome: WorkOutcome, token: string) {
    return toOutcome(outcome, {
      backoffMs: this.backoffMs(parseLeaseToken(token)?.attempt ?? 1),
      maxResultBytes: this.#deps.limits.maxPayloadBytes,
    });
  }

  /** A renewal that does not say how long gets as much as the lease had before. */
  #leaseMs({ leaseMs }: LocalRenewWork, task: Task | undefined): number {
    const { limits } = this.#deps;
    if (leaseMs !== undefined) {
      return clampLeaseMs(new Checks("renew lease").duration("leaseMs", leaseMs), limits);
    }
    if (task === undefined || task.lease === null) return limits.leaseMs;
    return Math.max(1, task.lease.untilMs - task.updatedAtMs);
  }

  #unfencedLease(task: Task | undefined, holder: Holder, mustBeNamed: boolean): Lease {
    if (task === undefined) throw new TaskNotFoundError(holder.taskId);
    const { lease } = task;
    const { worker = "" } = holder;
    const isNamed = worker !== "" ? worker === lease?.worker : !mustBeNamed;
    if (lease === null || lease.isFenced || lease.untilMs <= this.#nowMs() || !isNamed) {
      throw new LeaseLostError(task.id);
    }
    return lease;
  }

  #nowMs(): number {
    return Math.round(this.#deps.clock.now());
  }
}
