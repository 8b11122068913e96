import { AppError } from "../error/mod.ts";
import type { BoundTool } from "../mcp/mod.ts";

/** Which tools are switched on. */
export interface ToolSelection {
  /** Patterns of the tools to keep. @default {[]} all */
  readonly only?: readonly string[] | undefined;
  /** Patterns of the tools to leave out, of those that `only` keeps. @default {[]} none */
  readonly except?: readonly string[] | undefined;
}

/** A pattern fits no tool, so it is likely a slip. */
export class UnknownToolPatternError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "UnknownToolPatternError";
  /** `unknown_tool_pattern`. */
  readonly code = "unknown_tool_pattern";

  /**
   * Creates the error.
   *
   * @param patterns The patterns that fit nothing.
   * @param families The families that there are.
   */
  constructor(readonly patterns: readonly string[], families: readonly string[]) {
    const shown = patterns.map((pattern) => `"${pattern}"`).join(", ");
    super(`Cannot select tools as no tool fits: pattern ${shown}`, {
      hint: `Give a tool's name, a name with *, or a family: ${families.join(", ")}`,
    });
  }
}

/**
 * The tools that are switched on. A pattern is a family such as `docker`, a tool's name, or a name in
 * which each `*` stands for any text.
 *
 * @param tools All tools.
 * @param selection Which to keep, and which of them to leave out.
 * @returns The tools that are left, in the same order.
 * @throws {UnknownToolPatternError} If a pattern fits none of `tools`.
 *
 * @example All but what starts containers
 * ```ts
 * import { echo, selectTools, submitDockerHub } from "./mod.ts";
 * import { bindTool } from "../mcp/server/mod.ts";
 * import assert from "node:assert/strict";
 *
 * const queues = { queueOf: () => assert.fail() };
 * const all = [bindTool(echo, {}), bindTool(submitDockerHub, { queues })];
 * const selected = selectTools(all, { except: ["docker"] });
 * assert.deepEqual(selected.map(({ name }) => name), ["echo"]);
 * ```
 */
export function selectTools(
  tools: readonly BoundTool[],
  { only = [], except = [] }: ToolSelection,
): readonly BoundTool[] {
  const unknown = new Set<string>();
  const find = (pattern: string): readonly BoundTool[] => {
    const found = tools.filter(createMatcher(pattern));
    if (found.length === 0) unknown.add(pattern);
    return found;
  };
  const kept = new Set(only.length === 0 ? tools : only.flatMap(find));
  for (const tool of except.flatMap(find)) kept.delete(tool);
  if (unknown.size > 0) {
    throw new UnknownToolPatternError([...unknown], listFamilies(tools));
  }
  return tools.filter((tool) => kept.has(tool));
}

function createMatcher(pattern: string): (tool: BoundTool) => boolean {
  if (!pattern.includes("*")) return ({ name, family }) => name === pattern || family === pattern;
  const form = new RegExp(`^${pattern.split("*").map(RegExp.escape).join(".*")}$`);
  return ({ name }) => form.test(name);
}

function listFamilies(tools: readonly BoundTool[]): readonly string[] {
  return [...new Set(tools.map(({ family }) => family))].sort();
}
