import type { BoundTool } from "./bind_tool.ts";
import { UnknownToolError } from "./errors.ts";
import { suggestNames } from "./suggest_names.ts";
import type { ToolTable } from "./tool_table.ts";

/**
 * The tool with a name that somebody typed.
 *
 * @param table The tools there are.
 * @param name The name.
 * @returns The tool.
 * @throws {UnknownToolError} If there is none; it suggests names that are close.
 */
export function requireTool(table: ToolTable, name: string): BoundTool {
  const tool = table.get(name);
  if (tool === undefined) throw new UnknownToolError(name, suggestNames(name, table.names));
  return tool;
}
