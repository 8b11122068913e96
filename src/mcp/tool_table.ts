import type { BoundTool, ToolDefinition } from "./bind_tool.ts";

/** 1 to 64 characters that every known client accepts. */
const TOOL_NAME = /^[A-Za-z0-9_./-]{1,64}$/;

/** The tools of a server. It never changes, so that all requests share it. */
export interface ToolTable {
  /** What `tools/list` answers, sorted by name; compiled at the first look. */
  readonly definitions: readonly ToolDefinition[];
  /** All names, sorted. */
  readonly names: readonly string[];
  /** The tool with this name, if any. */
  get(name: string): BoundTool | undefined;
}

/**
 * Put tools into a table, once for the life of a server.
 *
 * @param tools The tools, in any order.
 * @returns The table.
 * @throws {TypeError} If a name is malformed or is used twice.
 */
export function createToolTable(tools: readonly BoundTool[]): ToolTable {
  const byName = new Map<string, BoundTool>();
  for (const tool of tools) {
    const { name } = tool;
    if (!TOOL_NAME.test(name)) {
      throw new TypeError(
        `Cannot create tool table as a name is not 1 to 64 of A-Z a-z 0-9 _ . / -: tool "${name}"`,
      );
    }
    if (byName.has(name)) {
      throw new TypeError(`Cannot create tool table as a name is used twice: tool "${name}"`);
    }
    byName.set(name, tool);
  }
  // By code unit and not by locale, so that the order is the same on every machine.
  const names = [...byName.keys()].sort();
  let definitions: readonly ToolDefinition[] | undefined;
  return Object.freeze({
    get definitions(): readonly ToolDefinition[] {
      definitions ??= Object.freeze(names.flatMap((name) => byName.get(name)?.definition ?? []));
      return definitions;
    },
    names: Object.freeze(names),
    get: (name: string) => byName.get(name),
  });
}
