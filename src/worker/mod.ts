/**
 * Executes tasks: claims them, keeps their leases alive, reports how they ended.
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
} from "./executors/tool_call.ts";
export {
  createTextGenerationExecutor,
  type TextGenerationOptions,
} from "./executors/text_generation.ts";
