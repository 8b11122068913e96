import {
  InsufficientScopeError,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import { AppError, toErrorMessage } from "../../error/mod.ts";
import { UnknownToolError } from "../errors.ts";
import { RpcErrorCode } from "../../rpc/mod.ts";
import {
  ConnectionLostError,
  NotMcpServerError,
  RemoteProtocolError,
  ServerForbiddenError,
  ServerTimeoutError,
  ServerUnauthorizedError,
  ServerUnreachableError,
} from "./errors.ts";
import { CONNECTION_LOST } from "./http_transport.ts";

/** JSON-RPC code for wrong parameters, which a wrong tool name is. */
const INVALID_PARAMS = -32602;

/** The answer will not come: the stream has ended, or the server was stopped in the meantime. */
const LOST_CODES: ReadonlySet<unknown> = new Set([
  CONNECTION_LOST,
  "server_restarted",
  "server_stopping",
  "events_lost",
]);

/** How Deno words it when there never was a connection. */
const CONNECT_FAILURE = /\(Connect\)|dns error|are blocked/;

/** What was being done when an error came. */
export interface ClientErrorContext {
  /** URL or peer, for the message. */
  readonly server: string;
  /** Which tool was called, if one was. */
  readonly toolName?: string | undefined;
  /** How long connecting may take. */
  readonly connectTimeoutMs: number;
}

/**
 * One of our own errors for whatever the protocol library or the platform has thrown.
 *
 * @param error What was thrown.
 * @param context What was being done.
 * @returns The error to throw instead.
 */
export function toClientError(error: unknown, context: ClientErrorContext): AppError {
  const { server } = context;
  if (error instanceof AppError) return error;
  if (error instanceof ProtocolError) return fromProtocolError(error, context);
  if (error instanceof SdkHttpError) return fromHttpError(error, server);
  if (error instanceof InsufficientScopeError) {
    return new ServerUnauthorizedError(server, error, error.requiredScope);
  }
  if (error instanceof UnauthorizedError) return new ServerUnauthorizedError(server, error);
  if (error instanceof SdkError) return fromSdkError(error, context);
  if (error instanceof TypeError) return fromFetchError(error, server);
  return new NotMcpServerError(server, "its answer is not MCP", error);
}

function fromSdkError(error: SdkError, context: ClientErrorContext): AppError {
  const { server, connectTimeoutMs } = context;
  switch (error.code) {
    case SdkErrorCode.NotConnected:
      return new ConnectionLostError(server, error, false);
    case SdkErrorCode.ConnectionClosed:
    case SdkErrorCode.SendFailed:
      return new ConnectionLostError(server, error);
    case SdkErrorCode.RequestTimeout:
      return new ServerTimeoutError(server, connectTimeoutMs);
    case SdkErrorCode.EraNegotiationFailed:
      // Our own `fetch` may have said more.
      if (error.cause instanceof AppError) return error.cause;
      return error.cause instanceof TypeError
        ? fromFetchError(error.cause, server)
        : new NotMcpServerError(server, "no protocol version could be agreed on", error);
    default:
      return new NotMcpServerError(server, "its answer is not MCP", error);
  }
}

/** `fetch` throws a `TypeError` for everything that is not an answer. */
function fromFetchError(error: TypeError, server: string): AppError {
  const text = `${error.message} ${toErrorMessage(error.cause)}`;
  return CONNECT_FAILURE.test(text)
    ? new ServerUnreachableError(server, error)
    : new ConnectionLostError(server, error);
}

function fromHttpError(error: SdkHttpError, server: string): AppError {
  const { status } = error;
  if (status === 401 || status === 403) return new ServerUnauthorizedError(server, error);
  // A gateway's, which cannot know how far its server got.
  if (status === 502 || status === 504) return new ConnectionLostError(server, error);
  const reason = `it answered with HTTP status ${status}`;
  return new NotMcpServerError(server, reason, error, status);
}

function fromProtocolError(error: ProtocolError, context: ClientErrorContext): AppError {
  const { server, toolName } = context;
  const data = toRecord(error.data);
  if (error.code === RpcErrorCode.unauthorized) {
    if (data["code"] === "forbidden") {
      return new ServerForbiddenError(server, toErrorMessage(error), error);
    }
    return new ServerUnauthorizedError(server, error);
  }
  if (data["code"] === "insufficient_scope") {
    const { scope } = data;
    return new ServerUnauthorizedError(
      server,
      error,
      typeof scope === "string" ? scope : undefined,
    );
  }
  if (LOST_CODES.has(data["code"])) return new ConnectionLostError(server, error);
  if (toolName !== undefined && isUnknownTool(error, data)) {
    return new UnknownToolError(toolName, toTexts(data["suggestions"]));
  }
  return new RemoteProtocolError(server, {
    rpcCode: error.code,
    message: toErrorMessage(error),
    remoteCode: typeof data["code"] === "string" ? data["code"] : undefined,
  });
}

/** Our servers say it in the data; the official SDKs only in words. */
function isUnknownTool(error: ProtocolError, data: Readonly<Record<string, unknown>>): boolean {
  if (data["code"] === "unknown_tool") return true;
  return error.code === INVALID_PARAMS && /\btool\b.*\b(not found|unknown)\b|\bunknown tool\b/i
    .test(error.message);
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function toTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
