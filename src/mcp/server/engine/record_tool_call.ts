import { METRICS, type MetricsRegistry } from "../../../telemetry/mod.ts";
import type { ToolResult } from "../../run_tool.ts";

/** A call of a tool that has a result. */
export interface FinishedToolCall {
  /** Its name. */
  readonly tool: string;
  /** What it came to. */
  readonly result: ToolResult;
  /** How long it took. */
  readonly durationMs: number;
}

/** Counts a call of a tool. */
export type RecordToolCall = (call: FinishedToolCall) => void;

/**
 * Count calls of tools.
 *
 * @param registry Where they are exposed.
 * @returns Counts one call.
 */
export function createToolCallRecorder(registry: MetricsRegistry): RecordToolCall {
  const calls = registry.counter(METRICS.toolCalls);
  const seconds = registry.histogram(METRICS.toolCallSeconds);
  return ({ tool, result, durationMs }) => {
    calls.add(1, { tool, outcome: toOutcome(result) });
    seconds.record(durationMs / 1000, { tool });
  };
}

/** Only a failure that this program has written has a code; a tool's own blocks have none. */
function toOutcome({ isError, structuredContent }: ToolResult): string {
  if (!isError) return "ok";
  const code = (structuredContent as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "error";
}
