import {
  type BoundTool,
  createToolTable,
  requireTool,
  runTool,
  type ToolContext,
} from "../mcp/server/mod.ts";
import type { PeerTools } from "../taskqueue/mod.ts";
import { getLogger } from "../telemetry/mod.ts";
import { toResultObject } from "./tool_result_object.ts";

/**
 * Tools in the form in which the task queue protocol calls them.
 *
 * @param tools The tools that peers may call.
 * @returns The tools by name.
 */
export function createPeerTools(tools: readonly BoundTool[]): PeerTools {
  const table = createToolTable(tools);
  const logger = getLogger("taskqueue", "tool");
  return {
    has: (name) => table.get(name) !== undefined,
    async call(name, args, { signal, onProgress }) {
      const context: ToolContext = {
        signal,
        reportProgress: (progress) => onProgress?.(progress),
      };
      return toResultObject(await runTool(requireTool(table, name), { args, context, logger }));
    },
  };
}
