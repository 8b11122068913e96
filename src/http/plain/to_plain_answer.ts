import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import type { McpAnswer } from "../../mcp/server/mod.ts";
import { toChallenge } from "../challenge.ts";
import { detailResponse } from "./detail_response.ts";

/**
 * Statuses of calls that came to nothing. Whatever else a tool fails with is an answer (200), as it is
 * of the Python system: its client repeats a call after any error of HTTP, and calls of tools that have
 * run must not be repeated.
 */
const STATUSES: Readonly<Record<string, number>> = {
  "invalid_arguments": 422,
  "unknown_tool": 404,
  "forbidden": 403,
  "internal_error": 500,
  "result_too_large": 500,
  "deadline_exceeded": 504,
};

/**
 * What a call's answer is over plain HTTP: the tool's result as it is, or `{"detail"}`.
 *
 * @param answer What the engine says; `undefined` if the call was cut short.
 * @returns The response.
 */
export function toPlainAnswer(answer: McpAnswer | undefined): Response {
  if (answer === undefined) return detailResponse(503, "Cannot finish call as it was cancelled");
  const { message, httpStatus, requiredScope } = answer;
  if ("error" in message) {
    const { error } = message;
    const status = httpStatus >= 400 ? httpStatus : statusOf(error.data) ?? 500;
    return detailResponse(status, error.message, {
      ...(requiredScope !== undefined && {
        "www-authenticate": toChallenge({ error: "insufficient_scope", scope: requiredScope }),
      }),
    });
  }
  const { result } = message;
  const { structuredContent } = result;
  const status = result["isError"] === true ? statusOf(structuredContent) : undefined;
  if (status !== undefined) return detailResponse(status, toDetail(result));
  return Response.json(structuredContent ?? { content: result["content"] ?? [] });
}

function statusOf(failure: JsonValue | undefined): number | undefined {
  const code = failure !== undefined && isJsonObject(failure) ? failure["code"] : undefined;
  return typeof code === "string" ? STATUSES[code] : undefined;
}

function toDetail({ structuredContent }: JsonObject): string {
  const error = structuredContent !== undefined && isJsonObject(structuredContent)
    ? structuredContent["error"]
    : undefined;
  return typeof error === "string" ? error : "Cannot complete the call";
}
