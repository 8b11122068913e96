import type { JsonObject } from "../../../src/codec/mod.ts";
import { bindTool, runTool, type Tool, type ToolProgress } from "../../../src/mcp/mod.ts";
import { getLogger } from "../../../src/telemetry/mod.ts";

/** What a tool with an output schema came to. */
export interface BoundResult {
  readonly structuredContent: JsonObject;
  readonly content: readonly [{ readonly type: "text"; readonly text: string }];
  readonly isError: boolean;
}

/** Run a tool as a server does: arguments checked, errors turned into results. */
export async function runBound<Deps, Input, Output>(
  tool: Tool<Deps, Input, Output>,
  deps: Deps,
  args: unknown,
  progress: ToolProgress[] = [],
): Promise<BoundResult> {
  const result = await runTool(bindTool(tool, deps), {
    args,
    logger: getLogger("test"),
    context: {
      signal: new AbortController().signal,
      reportProgress: (report) => progress.push(report),
    },
  });
  return result as unknown as BoundResult;
}
