import type { JsonObject } from "../../codec/mod.ts";
import {
  InvalidTransitionError,
  isTerminal,
  LeaseLostError,
  type Task,
  TaskNotFoundError,
} from "../../task/mod.ts";
import { RemoteError } from "../errors.ts";
import { toText } from "../protocol/coerce.ts";
import { NO_ERROR_CODE } from "../protocol/from_error_reply.ts";
import { fromWireStatus } from "../protocol/wire_status.ts";
import type {
  CallOptions,
  CancelWork,
  ClaimWork,
  FinishWork,
  HeartbeatPeer,
  ListTasks,
  QueueCounts,
  QueueStatus,
  ReleaseWork,
  RenewWork,
  RetryWork,
  StatusOptions,
  SubmitTask,
  SubmittedTask,
  TaskQueue,
  WaitForTask,
  WatchedTask,
  WatchTask,
} from "../task_queue.ts";
import { askMany } from "./ask_many.ts";
import { claimWork } from "./claim_work.ts";
import { listTasks } from "./list_tasks.ts";
import { OpFallback } from "./op_fallback.ts";
import { parseCounts, parseStatusCounts } from "./parse_counts.ts";
import { parseTaskOf, reportProgress } from "./parse_reply.ts";
import type { AskOptions, PeerLink } from "./peer_link.ts";
import {
  leaseOf,
  present,
  toHeartbeatRequest,
  toRenewRequest,
  toReport,
  toRetryRequest,
  toSubmission,
} from "./requests.ts";
import { parseReceipt, submitTask } from "./submit_task.ts";
import { toRenewedTask } from "./renewed_task.ts";
import { waitInstead, watchTask } from "./watch_task.ts";

/** The queue of another peer. */
export class RemoteTaskQueue implements TaskQueue {
  readonly #link: PeerLink;
  readonly #ops: OpFallback;

  constructor(link: PeerLink) {
    this.#link = link;
    this.#ops = new OpFallback(link);
  }

  get peerId(): string {
    return this.#link.peerId;
  }

  get missingOps(): ReadonlySet<string> {
    return this.#ops.missing;
  }

  async submit(input: SubmitTask, options: CallOptions = {}): Promise<SubmittedTask> {
    return await submitTask(this.#link, input, options);
  }

  async submitMany(
    inputs: readonly SubmitTask[],
    options: CallOptions = {},
  ): Promise<readonly PromiseSettledResult<SubmittedTask>[]> {
    return await askMany({ link: this.#link, ops: this.#ops }, inputs, {
      ...options,
      op: "submit_many",
      member: "tasks",
      toWire: toSubmission,
      parse: (result, _input, peerId) => parseReceipt(result, { op: "submit_many", peerId }),
      single: (input) => this.submit(input, options),
    });
  }

  async get(taskId: string, options: CallOptions = {}): Promise<Task | undefined> {
    const request = { op: "get", "task_id": taskId };
    const { message, peerId } = await this.#link.ask(request, { ...options, isRepeatable: true });
    return parseTaskOf(message, taskId, { op: "get", peerId });
  }

  async list(query: ListTasks, options: CallOptions = {}): Promise<readonly Task[]> {
    return await listTasks(this.#link, query, options);
  }

  async wait(input: WaitForTask, options: CallOptions = {}): Promise<Task | undefined> {
    const { taskId, timeoutMs = 60_000, onProgress } = input;
    const { clock, limits } = this.#link;
    const endMs = clock.monotonicMs() + timeoutMs;
    // Python peers take a time of 0 for 60 seconds.
    if (timeoutMs <= 0) return await this.get(taskId, options);
    for (;;) {
      const request = (leftMs: number) => ({
        op: "wait",
        "task_id": taskId,
        "timeout_s": Math.max(1, leftMs) / 1_000,
        ...present("stream", onProgress === undefined ? undefined : true),
      });
      const { message, peerId } = await this.#link.ask(request, {
        ...options,
        isRepeatable: true,
        waitMs: Math.max(1, Math.min(endMs - clock.monotonicMs(), limits.maxRequestWaitMs)),
        onEvent: (event) => reportProgress(event, onProgress),
      });
      const task = parseTaskOf(message, taskId, { op: "wait", peerId });
      const isOver = clock.monotonicMs() >= endMs;
      if (task === undefined || isTerminal(task.status) || isOver) return task;
    }
  }

  async watch(input: WatchTask, options: CallOptions = {}): Promise<WatchedTask | undefined> {
    return await this.#ops.run(
      "watch",
      () => watchTask(this.#link, input, options),
      () => waitInstead(this, input, options),
    );
  }

  async claim(input: ClaimWork, { signal }: CallOptions = {}): Promise<readonly Task[]> {
    return await claimWork(this.#link, this.#ops, { input, signal });
  }

  async renew(input: RenewWork, options: CallOptions = {}): Promise<Task> {
    const { taskId, logs = [] } = input;
    return await this.#ops.run("renew", async () => {
      // A line of log that is sent twice is there twice.
      const isRepeatable = logs.length === 0;
      const request = toRenewRequest(input);
      const { message, peerId } = await this.#link.ask(request, { ...options, isRepeatable });
      return parseTaskOf(message, taskId, { op: "renew", peerId }) ??
        toRenewedTask(message, input, { op: "renew", peerId });
      // The leases of Python peers last until their end or not at all.
    }, () => this.#getExisting(taskId, options));
  }

  async finish(input: FinishWork, options: CallOptions = {}): Promise<Task> {
    const request = { op: "complete", ...toReport(input) };
    // Only a token shows that the second report is the first one again; Python peers take any.
    const isRepeatable = input.token !== "" || this.#link.record.kind === "python";
    return await this.#askForTask(request, { ...options, isRepeatable });
  }

  async finishMany(
    inputs: readonly FinishWork[],
    options: CallOptions = {},
  ): Promise<readonly PromiseSettledResult<Task>[]> {
    const op = "complete_many";
    return await askMany({ link: this.#link, ops: this.#ops }, inputs, {
      ...options,
      op,
      member: "reports",
      toWire: toReport,
      parse: (result, { taskId }, peerId) =>
        parseTaskOf(result, taskId, { op, peerId }) ?? this.#getExisting(taskId, options),
      single: (input) => this.finish(input, options),
    });
  }

  async release(input: ReleaseWork, options: CallOptions = {}): Promise<Task> {
    const { taskId, token, reason } = input;
    // Without tokens a peer goes by the name of the worker.
    const worker = token === "" ? (await this.get(taskId, options))?.assignedWorker : undefined;
    const request = {
      op: "release",
      ...leaseOf(taskId, token),
      ...present("worker_id", worker ?? undefined),
      reason,
    };
    return await this.#askForTask(request, { ...options, isRepeatable: false });
  }

  async cancel(input: CancelWork, options: CallOptions = {}): Promise<Task> {
    const request = { op: "cancel", "task_id": input.taskId, reason: input.reason };
    return await this.#askForTask(request, { ...options, isRepeatable: true });
  }

  async retry(input: RetryWork, options: CallOptions = {}): Promise<Task> {
    return await this.#askForTask(toRetryRequest(input), { ...options, isRepeatable: false });
  }

  async heartbeat(input: HeartbeatPeer, options: CallOptions = {}): Promise<JsonObject> {
    const request = toHeartbeatRequest(input);
    const { message } = await this.#link.ask(request, { ...options, isRepeatable: true });
    return message;
  }

  async counts(options: CallOptions = {}): Promise<QueueCounts> {
    return await this.#ops.run("counts", async () => {
      const request = { op: "counts" };
      const { message, peerId } = await this.#link.ask(request, { ...options, isRepeatable: true });
      return parseCounts(message, { op: "counts", peerId });
    }, async () => parseStatusCounts(await this.status({ ...options, detail: true })));
  }

  async status(options: StatusOptions = {}): Promise<QueueStatus> {
    const { detail = false, signal } = options;
    const timeoutS = this.#link.limits.requestTimeoutMs / 1_000;
    const request = { op: "status", "timeout_s": timeoutS, detail };
    const { message, peerId } = await this.#link.ask(request, { signal, isRepeatable: true });
    return fromWireStatus(message, peerId);
  }

  /** For operations on a task; Python peers do not send it back, so it is fetched. */
  async #askForTask(request: JsonObject, options: AskOptions): Promise<Task> {
    const op = toText(request["op"]);
    const taskId = String(request["task_id"]);
    const { signal } = options;
    try {
      const { message, peerId } = await this.#link.ask(request, options);
      const task = parseTaskOf(message, taskId, { op, peerId }) ??
        await this.#getExisting(taskId, { signal });
      if (message["cancelled"] !== false || task.status === "cancelled") return task;
      throw new InvalidTransitionError(taskId, task.status, "cancelled");
    } catch (error) {
      this.#ops.note(op, error);
      if (!(error instanceof RemoteError) || error.code !== NO_ERROR_CODE) throw error;
      // Python peers do not say why: either there is no such task, or it is not the caller's.
      await this.#getExisting(taskId, { signal });
      throw op === "release" ? new LeaseLostError(taskId) : error;
    }
  }

  async #getExisting(taskId: string, options: CallOptions): Promise<Task> {
    const task = await this.get(taskId, options);
    if (task === undefined) throw new TaskNotFoundError(taskId);
    return task;
  }
}
