import type { JsonObject, JsonValue } from "../codec/mod.ts";
import { ExecutionError } from "./errors.ts";
import type { Executor } from "./executor.ts";

/**
 * Runs a tool of this node by name; the composition root decides which tools those are. Throws an
 * `AppError` if there is no such tool.
 */
export type ToolCaller = (
  name: string,
  args: JsonObject,
  options: ToolCallerOptions,
) => Promise<ToolOutcome>;

/** How a tool is run for a task. */
export interface ToolCallerOptions {
  /** Receives the tool's progress. */
  readonly onProgress: (progress: JsonObject) => void;
  /** Stops the tool. */
  readonly signal: AbortSignal;
}

/** What became of a tool call. */
export type ToolOutcome =
  | { readonly ok: true; readonly result: JsonValue }
  | {
    readonly ok: false;
    readonly code: string;
    readonly message: string;
    /** Whether another attempt may succeed. */
    readonly retryable: boolean;
  };

/**
 * The executor of `tool.call`: runs a tool of this node that is marked callable by tasks.
 *
 * The payload is `{ "tool": name, "args": {…} }`; `tool_name` and `name`, `arguments` and `params`
 * are accepted as well. The result is `{ "tool": name, "result": … }`.
 *
 * @param callTool Runs the tool.
 * @returns The executor.
 */
export function createToolCallExecutor(callTool: ToolCaller): Executor {
  return {
    type: "tool.call",
    aliases: ["tool"],
    async execute(task, context): Promise<JsonObject> {
      const { tool, args } = parseToolCall(task.payload);
      const outcome = await callTool(tool, args, {
        onProgress: context.reportProgress,
        signal: context.signal,
      });
      if (outcome.ok) return { tool, result: outcome.result };
      throw new ExecutionError(outcome.message, {
        code: outcome.code,
        retryable: outcome.retryable,
      });
    },
  };
}

function parseToolCall(payload: JsonObject): { tool: string; args: JsonObject } {
  const tool = payload["tool"] ?? payload["tool_name"] ?? payload["name"];
  if (typeof tool !== "string" || tool.trim() === "") {
    throw new ExecutionError(
      'Cannot call tool as the payload names none: member "tool" must be a non-empty text',
      { code: "invalid_payload", retryable: false },
    );
  }
  const args = payload["args"] ?? payload["arguments"] ?? payload["params"] ?? {};
  if (!isObject(args)) {
    throw new ExecutionError(
      `Cannot call tool as its arguments are not an object: tool "${tool}"`,
      { code: "invalid_payload", retryable: false },
    );
  }
  return { tool: tool.trim(), args };
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
