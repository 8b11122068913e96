import { isJsonObject, type JsonObject } from "../../../../codec/mod.ts";
import { abortable, CancelReason } from "../../../../concurrency/mod.ts";
import { requireTool } from "../../../require_tool.ts";
import { runTool, toFailedToolResult, type ToolResult } from "../../../run_tool.ts";
import { CallerRefusedError } from "../errors.ts";
import type { WorkMethod } from "../method.ts";
import { readOptionalObject, readText } from "../read_params.ts";
import type { RequestCall } from "../request_call.ts";
import { requireScope } from "../require_scope.ts";
import { runAsking } from "../run_asking.ts";
import { createToolContext, RequestNews } from "../tool_context.ts";

/** `tools/call`: run a tool. A tool that fails is a result. */
export const toolsCall: WorkMethod = {
  eras: "both",
  work: callTool,
  toTimeoutResult({ server, params, caller }, reason) {
    const result = toFailedToolResult(reason);
    const tool = String(params["name"]);
    server.recordToolCall?.({ tool, result, durationMs: server.callTimeoutMs });
    return toWireResult(result, caller.era);
  },
};

async function callTool(call: RequestCall, signal: AbortSignal): Promise<JsonObject> {
  const { server, params, exchange, caller } = call;
  const tool = requireTool(server.tools, readText(params, "name"));
  const args = readOptionalObject(params, "arguments");
  requireScope(exchange.principal, tool.scope);
  const startMs = server.recordToolCall === undefined ? 0 : server.clock.monotonicMs();
  const record = (result: ToolResult): void => {
    const durationMs = server.clock.monotonicMs() - startMs;
    server.recordToolCall?.({ tool: tool.name, result, durationMs });
  };
  const news = new RequestNews(call);
  const outcome = await runAsking(
    call,
    signal,
    (input) => {
      const context = createToolContext(call, { input, news, signal });
      return runTool(tool, { args, context, logger: server.logger });
    },
  ).catch((error) => {
    if (isCancelled(signal)) record(toFailedToolResult(signal.reason));
    return toRefusedResult(error);
  });
  const sending = news.close();
  // A reader that hangs does not keep a cancelled call.
  if (sending !== undefined) await abortable(sending, signal);
  if ("inputRequired" in outcome) return outcome.inputRequired;
  record(outcome.value);
  return toWireResult(outcome.value, caller.era);
}

/** A call that took too long has a result, and is counted with that. */
function isCancelled({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof CancelReason && reason.source !== "deadline";
}

/** A caller that does not answer is told so as of any tool that cannot do its work. */
function toRefusedResult(error: unknown): { readonly value: ToolResult } {
  if (error instanceof CallerRefusedError) return { value: toFailedToolResult(error) };
  throw error;
}

function toWireResult(
  { content, structuredContent, isError }: ToolResult,
  era: "modern" | "legacy",
): JsonObject {
  const result: Record<string, JsonObject[string]> = { content };
  // Before the modern era, structure was always an object.
  if (structuredContent !== undefined && (era === "modern" || isJsonObject(structuredContent))) {
    result["structuredContent"] = structuredContent;
  }
  if (isError) result["isError"] = true;
  return result;
}
