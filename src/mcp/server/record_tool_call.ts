import { METRICS, type MetricsRegistry } from "../../telemetry/mod.ts";
import type { ToolResult } from "../run_tool.ts";

/** A call of a tool that has a result. */
export interface FinishedToolCall {
  readonly tool: string;
  readonly result: ToolResult;
  readonly durationMs: number;
}

/**
 * Count a call of a tool.
 *
 * @param registry Where it is exposed.
 * @param call The call.
 */
export function recordToolCall(registry: MetricsRegistry, call: FinishedToolCall): void {
  const { tool, result, durationMs } = call;
  registry.counter(METRICS.toolCalls).add(1, { tool, outcome: toOutcome(result) });
  registry.histogram(METRICS.toolCallSeconds).record(durationMs / 1000, { tool });
}

function toOutcome({ isError, structuredContent }: ToolResult): string {
  if (!isError) return "ok";
  return String(structuredContent["code"]);
}
