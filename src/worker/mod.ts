/**
 * Executes tasks: claims them, keeps their leases alive, reports how they ended. The executor of
 * `text-generation` has a door of its own, `text_generation/mod.ts`.
 *
 * @module
 */

export { ExecutionError, type ExecutionErrorOptions } from "./errors.ts";
export { ExecutionInterruptedError, type Interruption } from "./errors.ts";
export type { Executor, ExecutorContext } from "./executor.ts";
export { Worker, type WorkerOptions, type WorkerStatistics } from "./worker.ts";
export {
  createToolCallExecutor,
  type ToolCaller,
  type ToolCallerOptions,
  type ToolOutcome,
} from "./tool_call.ts";
