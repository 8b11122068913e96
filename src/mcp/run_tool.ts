import type { JsonObject, JsonValue } from "../codec/mod.ts";
import { isCancellation } from "../concurrency/mod.ts";
import { AppError, unwrapError } from "../error/mod.ts";
import type { Logger } from "../telemetry/mod.ts";
import type { BoundTool, ToolOutput } from "./bind_tool.ts";
import { InputRequiredSignal } from "./caller_input.ts";
import type { ToolContext } from "./tool.ts";

/** One call of a tool. */
export interface ToolCall {
  /** The arguments, not yet checked. Absent means none. */
  readonly args: unknown;
  /** What the tool may use while it runs. */
  readonly context: ToolContext;
  /** Told about failures that are bugs. */
  readonly logger: Logger;
}

/** What a call came to, as MCP says it. */
export interface ToolResult {
  /**
   * The result, or `{"ok": false, "error": message, "code", "hint"?}`; absent if the tool promises no
   * structure.
   */
  readonly structuredContent?: JsonValue | undefined;
  /** The same for clients that show text only, or whatever blocks the tool has made. */
  readonly content: readonly JsonObject[];
  /** Whether the tool failed. */
  readonly isError: boolean;
}

/**
 * Run a tool. A tool that fails is a result, not an exception.
 *
 * @param tool The tool, from a table.
 * @param call Its arguments and what it may use.
 * @returns The result, with `isError` telling whether the tool failed.
 * @throws {InputRequiredSignal} If the tool asks its caller.
 * @throws {unknown} The reason of the context's signal, if that interrupted the tool.
 */
export async function runTool(tool: BoundTool, call: ToolCall): Promise<ToolResult> {
  const { args, context, logger } = call;
  context.signal.throwIfAborted();
  try {
    return toResult(await tool.run(args, context));
  } catch (thrown) {
    if (isCancellation(thrown, context.signal)) throw context.signal.reason;
    const error = unwrapError(thrown);
    if (error instanceof InputRequiredSignal) throw error;
    if (!(error instanceof AppError)) {
      logger.error("Tool failed unexpectedly", { tool: tool.name, error: thrown });
    }
    return toFailedToolResult(error);
  }
}

/** Why a tool failed, fit for the caller's eyes. */
interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** The text of a bug stays here: it may hold paths, addresses or secrets. */
const INTERNAL: Failure = {
  code: "internal_error",
  message: "Cannot complete the call as the tool failed unexpectedly",
  hint: "The log of the server that runs the tool says more",
};

/**
 * What a failed call comes to.
 *
 * @param error Why it failed; only an `AppError` is told to the caller.
 * @returns The result.
 */
export function toFailedToolResult(error: unknown): ToolResult {
  const { code, message, hint }: Failure = error instanceof AppError ? error : INTERNAL;
  const structuredContent = {
    ok: false,
    error: message,
    code,
    ...(hint !== undefined && { hint }),
  };
  const text = `${code}: ${message}${hint === undefined ? "" : ` (${hint})`}`;
  return { structuredContent, content: [{ type: "text", text }], isError: true };
}

function toResult({ value, text, content }: ToolOutput): ToolResult {
  return {
    ...(value !== undefined && { structuredContent: value }),
    content: content ?? [{ type: "text", text }],
    isError: false,
  };
}
