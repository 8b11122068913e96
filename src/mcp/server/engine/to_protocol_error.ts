import type { JsonObject } from "../../../codec/mod.ts";
import { AppError, unwrapError } from "../../../error/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import {
  InvalidArgumentsError,
  InvalidCursorError,
  UnknownPromptError,
  UnknownResourceError,
  UnknownToolError,
} from "../../errors.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import { ProtocolError } from "../../protocol/protocol_error.ts";

/** What the mapping of an error depends on. */
export interface ToProtocolErrorOptions {
  /** The method that failed, for the log. */
  readonly method: string;
  /** The legacy era has a code of its own for unknown resources. */
  readonly era: "modern" | "legacy";
  /** Told about bugs. */
  readonly logger: Logger;
}

/**
 * What an error looks like on the wire. A failing tool never comes here: it is a result.
 *
 * @param thrown Whatever was caught.
 * @param options Where it was.
 * @returns The JSON-RPC error; its data holds our own code. Nothing of a bug leaves the server.
 */
export function toProtocolError(thrown: unknown, options: ToProtocolErrorOptions): ProtocolError {
  const error = unwrapError(thrown);
  if (error instanceof ProtocolError) return error;
  if (error instanceof AppError) {
    const { code, hint } = error;
    const message = hint === undefined ? error.message : `${error.message}. ${hint}`;
    const data = { code, ...(hint !== undefined && { hint }), ...toDetails(error) };
    return new ProtocolError(toRpcCode(error, options.era), message, { data, cause: error });
  }
  options.logger.error("MCP request failed unexpectedly", {
    method: options.method,
    error: thrown,
  });
  const data = { code: "internal_error" };
  return new ProtocolError(McpErrorCode.internalError, "Cannot answer the request", { data });
}

function toRpcCode(error: AppError, era: "modern" | "legacy"): number {
  if (error instanceof UnknownResourceError && era === "legacy") {
    return McpErrorCode.resourceNotFound;
  }
  const isCallersFault = error instanceof UnknownToolError ||
    error instanceof UnknownPromptError || error instanceof UnknownResourceError ||
    error instanceof InvalidArgumentsError || error instanceof InvalidCursorError;
  return isCallersFault ? McpErrorCode.invalidParams : McpErrorCode.internalError;
}

function toDetails(error: AppError): JsonObject {
  if (error instanceof UnknownToolError) return { suggestions: error.suggestions };
  return error instanceof UnknownResourceError ? { uri: error.uri } : {};
}
