import { bindTool, runTool, type Tool, type ToolProgress } from "../../../src/mcp/mod.ts";
import { getLogger } from "../../../src/telemetry/mod.ts";

/** Run a tool as a server does: arguments checked, errors turned into results. */
export function runBound<Deps, Input, Output>(
  tool: Tool<Deps, Input, Output>,
  deps: Deps,
  args: unknown,
  progress: ToolProgress[] = [],
) {
  return runTool(bindTool(tool, deps), {
    args,
    logger: getLogger("test"),
    context: {
      signal: new AbortController().signal,
      reportProgress: (report) => progress.push(report),
    },
  });
}
