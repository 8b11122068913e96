import type { Clock, TaskGroup } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import type { TaskQueue } from "../taskqueue/mod.ts";
import { NoExecutorError } from "./errors.ts";
import { getLogger, type HealthRegistry, METRICS, type MetricsRegistry } from "../telemetry/mod.ts";
import { createToolCallExecutor, type Executor, type ToolCaller, Worker } from "../worker/mod.ts";

/** What decides which tasks a node can execute. */
export interface ExecutorDeps {
  readonly config: Config;
  /** Key of the text endpoint. */
  readonly textApiKey: string | undefined;
  /** Runs a tool for a task. */
  readonly callTool: ToolCaller;
}

/**
 * The executors that a configuration asks for.
 *
 * @param deps Configuration and secrets.
 * @returns One executor for each task type.
 * @throws {NoExecutorError} If a wanted type has none.
 */
export async function createExecutors(deps: ExecutorDeps): Promise<readonly Executor[]> {
  const { config, textApiKey, callTool } = deps;
  const executors = [createToolCallExecutor(callTool)];
  if (config.text.endpoint !== "") {
    const { createTextGenerationExecutor } = await import("../worker/text_generation/mod.ts");
    executors.push(createTextGenerationExecutor({
      endpoint: config.text.endpoint,
      apiKey: textApiKey,
      timeoutMs: config.text.timeoutMs,
    }));
  }
  return chooseExecutors(executors, config.worker.taskTypes);
}

function chooseExecutors(
  executors: readonly Executor[],
  wanted: readonly string[],
): readonly Executor[] {
  if (wanted.length === 0) return executors;
  const chosen = wanted.map((name) => {
    const executor = executors.find(({ type, aliases = [] }) => [type, ...aliases].includes(name));
    if (executor === undefined) throw new NoExecutorError(name, executors.map(({ type }) => type));
    return executor;
  });
  return [...new Set(chosen)];
}

/** What a node's worker needs. */
export interface StartWorkerDeps {
  readonly queue: TaskQueue;
  readonly executors: readonly Executor[];
  readonly config: Config["worker"];
  /** Its session; empty for none. */
  readonly session: string;
  /** Shown on the tasks it runs, unless the configuration names the worker. */
  readonly defaultName: string;
  /** Told whether the worker gets at its work. @default {undefined} nobody */
  readonly health?: HealthRegistry | undefined;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
}

/**
 * Start claiming and executing tasks of one queue.
 *
 * @param group Interrupts running tasks when it is cancelled; they are given back.
 * @param deps Queue and executors.
 * @returns The worker, to be drained first.
 */
export function startWorker(group: TaskGroup, deps: StartWorkerDeps): Worker {
  const { queue, executors, config, session, defaultName, health, metrics, clock } = deps;
  const worker = new Worker({
    queue,
    executors,
    name: config.name || defaultName,
    concurrency: config.concurrency,
    offers: config.offers,
    session: session || undefined,
    metrics,
    clock,
    logger: getLogger("worker"),
  });
  metrics.gauge(METRICS.attemptsRunning).observe(() => worker.statistics().running);
  health?.register("worker", () => {
    const { claimFailures } = worker.statistics();
    return claimFailures === 0
      ? { ok: true }
      : { ok: false, reason: `cannot claim tasks, ${claimFailures} failures in a row` };
  });
  group.spawn("worker", (signal) => worker.run(signal));
  return worker;
}
