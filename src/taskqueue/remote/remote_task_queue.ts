import type { JsonObject } from "../../codec/mod.ts";
import { type Clock, retry, systemClock } from "../../concurrency/mod.ts";
import type { Network, PeerTarget } from "../../network/mod.ts";
import { isTerminal, type Task, TaskNotFoundError } from "../../task/mod.ts";
import { PeerProtocolError, RemoteError } from "../errors.ts";
import { toText } from "../protocol/coerce.ts";
import { fromWireStatus } from "../protocol/wire_status.ts";
import type {
  CallOptions,
  CancelWork,
  ClaimWork,
  FinishWork,
  ListTasks,
  QueueStatus,
  ReleaseWork,
  RenewWork,
  StatusOptions,
  SubmitTask,
  SubmittedTask,
  TaskQueue,
  WaitForTask,
} from "../task_queue.ts";
import { exchange, type ExchangeOptions, type Reply } from "./exchange.ts";
import { parseClaimedTasks, parseOptionalTask, parseTasks, reportProgress } from "./parse_reply.ts";
import { leaseOf, present, toClaimRequest, toFinishRequest, toSubmitRequest } from "./requests.ts";
import { isRetryable } from "./retry_policy.ts";

/** What {@linkcode createRemoteTaskQueue} needs. */
export interface RemoteTaskQueueDeps {
  /** How the peer is reached. */
  readonly network: Network;
  /** The peer whose queue it is. */
  readonly target: PeerTarget;
  /** Presented with each request. @default {undefined} none */
  readonly token?: string | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<RemoteLimits> | undefined;
}

/** Limits of a remote queue. */
export interface RemoteLimits {
  /** A request, waits aside, is given up after this time. @default {20000} */
  readonly requestTimeoutMs: number;
  /** One request waits no longer; longer waits are made of several. @default {60000} */
  readonly maxRequestWaitMs: number;
  /** How often a request is sent at most, if it may be repeated. @default {3} */
  readonly maxAttempts: number;
}

const DEFAULT_REMOTE_LIMITS: RemoteLimits = {
  requestTimeoutMs: 20_000,
  maxRequestWaitMs: 60_000,
  maxAttempts: 3,
};

/** A peer that does not wait for work is asked again after this time. */
const CLAIM_PAUSE_MS = 1_000;

/**
 * Create the client of a queue on another peer. It opens a stream for each request and holds nothing
 * between them. Requests that may be repeated are sent again if the peer could not be reached or did
 * not answer; each submission has an idempotency key, so a lost reply makes no second task.
 *
 * What is wrong with a task or a lease is thrown as by the local queue (`TaskNotFoundError`,
 * `LeaseLostError`, `InvalidTransitionError`, `IdempotencyConflictError`); any other refusal is a
 * `RemoteError`.
 *
 * @param deps The network, the peer, and the token.
 * @returns The queue.
 */
export function createRemoteTaskQueue(deps: RemoteTaskQueueDeps): TaskQueue {
  return new PeerTaskQueue(deps);
}

/** How a request is sent. */
interface AskOptions extends CallOptions, Pick<ExchangeOptions, "onEvent"> {
  /** Whether doing it twice is the same as doing it once. */
  readonly isRepeatable: boolean;
  /** The peer may take this long before it answers. @default {0} */
  readonly waitMs?: number | undefined;
}

class PeerTaskQueue implements TaskQueue {
  readonly #deps: RemoteTaskQueueDeps;
  readonly #clock: Clock;
  readonly #limits: RemoteLimits;
  #peerId: string;
  #canClaimMany = true;

  constructor(deps: RemoteTaskQueueDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
    this.#limits = { ...DEFAULT_REMOTE_LIMITS, ...deps.limits };
    this.#peerId = "peerId" in deps.target ? deps.target.peerId : "";
  }

  get peerId(): string {
    return this.#peerId;
  }

  async submit(input: SubmitTask, options: CallOptions = {}): Promise<SubmittedTask> {
    options.signal?.throwIfAborted();
    const request = toSubmitRequest(input);
    const { message, peerId } = await this.#ask(request, { ...options, isRepeatable: true });
    const taskId = toText(message["task_id"]);
    if (taskId === "") throw new PeerProtocolError("invalid_reply", { op: "submit", peerId });
    const { created } = message;
    return { taskId, peerId, created: typeof created === "boolean" ? created : undefined };
  }

  async get(taskId: string, options: CallOptions = {}): Promise<Task | undefined> {
    const request = { op: "get", "task_id": taskId };
    const { message, peerId } = await this.#ask(request, { ...options, isRepeatable: true });
    return parseOptionalTask(message["task"], { op: "get", peerId });
  }

  async list(query: ListTasks, options: CallOptions = {}): Promise<readonly Task[]> {
    const { status, types = [], limit = 50 } = query;
    const tasks: Task[] = [];
    for (let after = query.afterTaskId;;) {
      const { message, peerId } = await this.#ask({
        op: "list",
        status: status ?? null,
        limit: limit - tasks.length,
        "task_types": types,
        ...present("after_task_id", after),
      }, { ...options, isRepeatable: true });
      const page = parseTasks(message["tasks"], { op: "list", peerId });
      tasks.push(...page);
      const last = page.at(-1);
      if (message["truncated"] !== true || last === undefined || tasks.length >= limit) break;
      after = last.id;
    }
    return tasks;
  }

  async wait(input: WaitForTask, options: CallOptions = {}): Promise<Task | undefined> {
    const { taskId, timeoutMs = 60_000, onProgress } = input;
    const endMs = this.#clock.monotonicMs() + timeoutMs;
    // Python peers take a time of 0 for 60 seconds.
    if (timeoutMs <= 0) return await this.get(taskId, options);
    for (;;) {
      const waitMs = Math.max(1, this.#nextWaitMs(endMs));
      const { message, peerId } = await this.#ask({
        op: "wait",
        "task_id": taskId,
        "timeout_s": waitMs / 1_000,
        ...present("stream", onProgress === undefined ? undefined : true),
      }, {
        ...options,
        isRepeatable: true,
        waitMs,
        onEvent: (event) => reportProgress(event, onProgress),
      });
      const task = parseOptionalTask(message["task"], { op: "wait", peerId });
      const isOver = this.#clock.monotonicMs() >= endMs;
      if (task === undefined || isTerminal(task.status) || isOver) return task;
    }
  }

  async claim(input: ClaimWork, options: CallOptions = {}): Promise<readonly Task[]> {
    const endMs = this.#clock.monotonicMs() + (input.waitMs ?? 0);
    for (;;) {
      const waitMs = this.#nextWaitMs(endMs);
      const tasks = await this.#claimOnce({ ...input, waitMs }, options);
      const leftMs = endMs - this.#clock.monotonicMs();
      if (tasks.length > 0 || leftMs <= 0) return tasks;
      // Python peers answer at once that there is nothing.
      await this.#clock.sleep(Math.min(CLAIM_PAUSE_MS, leftMs), { signal: options.signal });
    }
  }

  async renew(input: RenewWork, options: CallOptions = {}): Promise<Task> {
    const { taskId, token, progress } = input;
    const request = { op: "renew", ...leaseOf(taskId, token), ...present("progress", progress) };
    try {
      return await this.#askForTask(request, { ...options, isRepeatable: true });
    } catch (error) {
      if (!isUnknownOp(error)) throw error;
      // Python peers know no renewal; their leases last until the end or not at all.
      return await this.#getExisting(taskId, options);
    }
  }

  async finish(input: FinishWork, options: CallOptions = {}): Promise<Task> {
    return await this.#askForTask(toFinishRequest(input), { ...options, isRepeatable: true });
  }

  async release(input: ReleaseWork, options: CallOptions = {}): Promise<Task> {
    const { taskId, token, reason } = input;
    const request = { op: "release", ...leaseOf(taskId, token), reason };
    return await this.#askForTask(request, { ...options, isRepeatable: false });
  }

  async cancel(input: CancelWork, options: CallOptions = {}): Promise<Task> {
    const { taskId, reason } = input;
    const request = { op: "cancel", "task_id": taskId, reason };
    return await this.#askForTask(request, { ...options, isRepeatable: true });
  }

  async status(options: StatusOptions = {}): Promise<QueueStatus> {
    const { detail = false, signal } = options;
    const timeoutS = this.#limits.requestTimeoutMs / 1_000;
    const request = { op: "status", "timeout_s": timeoutS, detail };
    const { message, peerId } = await this.#ask(request, { signal, isRepeatable: true });
    return fromWireStatus(message, peerId);
  }

  async #claimOnce(input: ClaimWork, options: CallOptions): Promise<readonly Task[]> {
    const { limit = 1, waitMs } = input;
    const isMany = limit > 1 && this.#canClaimMany;
    const op = isMany ? "claim_many" : "claim";
    const request = toClaimRequest(op, input);
    try {
      const { message, peerId } = await this.#ask(request, {
        ...options,
        isRepeatable: false,
        waitMs,
      });
      return parseClaimedTasks(message, input, { op, peerId });
    } catch (error) {
      if (!isMany || !isUnknownOp(error)) throw error;
      this.#canClaimMany = false;
      return await this.#claimOnce(input, options);
    }
  }

  /** For operations on a task; Python peers do not send it back, so it is fetched. */
  async #askForTask(request: JsonObject, options: AskOptions): Promise<Task> {
    const { message, peerId } = await this.#ask(request, options);
    const op = toText(request["op"]);
    const task = parseOptionalTask(message["task"], { op, peerId });
    return task ?? await this.#getExisting(toText(request["task_id"]), options);
  }

  async #getExisting(taskId: string, { signal }: CallOptions): Promise<Task> {
    const task = await this.get(taskId, { signal });
    if (task === undefined) throw new TaskNotFoundError(taskId);
    return task;
  }

  async #ask(request: JsonObject, options: AskOptions): Promise<Reply> {
    const { isRepeatable, waitMs = 0, onEvent, signal } = options;
    const { network, target, token } = this.#deps;
    const { requestTimeoutMs, maxAttempts } = this.#limits;
    signal?.throwIfAborted();
    const message = { ...request, ...present("token", token) };
    const deps = { network, target, clock: this.#clock };
    const timeoutMs = requestTimeoutMs + waitMs;
    const reply = await retry(
      (_attempt, attemptSignal) =>
        exchange(deps, message, { timeoutMs, onEvent, signal: attemptSignal }),
      {
        maxAttempts,
        budgetMs: timeoutMs,
        isRetryable: (error) => isRetryable(error, isRepeatable),
        clock: this.#clock,
        signal,
      },
    );
    this.#peerId = reply.peerId;
    return reply;
  }

  #nextWaitMs(endMs: number): number {
    const leftMs = endMs - this.#clock.monotonicMs();
    return Math.max(0, Math.min(leftMs, this.#limits.maxRequestWaitMs));
  }
}

function isUnknownOp(error: unknown): boolean {
  return error instanceof RemoteError && error.code === "unknown_op";
}
