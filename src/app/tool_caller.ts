import type { JsonObject } from "../codec/mod.ts";
import {
  type BoundTool,
  createToolTable,
  requireTool,
  runTool,
  type ToolProgress,
  type ToolResult,
  type ToolTable,
  UnknownToolError,
} from "../mcp/server/mod.ts";
import { getLogger } from "../telemetry/mod.ts";
import { toResultObject } from "./tool_result_object.ts";
import { ExecutionError, type ToolCaller, type ToolOutcome } from "../worker/mod.ts";

/** Failures that another attempt cannot mend. */
const FINAL_CODES: ReadonlySet<string> = new Set(["invalid_arguments"]);

/**
 * Runs tools for `tool.call` tasks: only those that are marked callable by tasks.
 *
 * @param tools All tools of the node.
 * @returns The caller.
 */
export function createToolCaller(tools: readonly BoundTool[]): ToolCaller {
  const table = createToolTable(tools.filter((tool) => tool.callableByTasks));
  const logger = getLogger("worker", "tool");
  return async (name, args, { signal, onProgress }) => {
    const result = await runTool(findTool(table, name), {
      args,
      logger,
      context: {
        signal,
        reportProgress: (progress) => onProgress(toTaskProgress(progress)),
      },
    });
    return toOutcome(result);
  };
}

function findTool(table: ToolTable, name: string): BoundTool {
  try {
    return requireTool(table, name);
  } catch (error) {
    if (!(error instanceof UnknownToolError)) throw error;
    const { message, code, hint } = error;
    throw new ExecutionError(message, { code, hint, retryable: false, cause: error });
  }
}

/** How far a tool is, as a task's progress. */
function toTaskProgress({ progress, total, message }: ToolProgress): JsonObject {
  return {
    progress,
    ...(total !== undefined && { total }),
    ...(message !== undefined && { message }),
  };
}

function toOutcome(result: ToolResult): ToolOutcome {
  const value = toResultObject(result);
  if (!result.isError) return { ok: true, result: value };
  const { code, error } = value;
  const stable = typeof code === "string" ? code : "tool_failed";
  return {
    ok: false,
    code: stable,
    message: typeof error === "string" ? error : `The tool failed: ${stable}`,
    retryable: !FINAL_CODES.has(stable),
  };
}
