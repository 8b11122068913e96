import { isJsonObject, type JsonObject } from "../../../codec/mod.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import { metaOf } from "../../protocol/is_modern_request.ts";
import type { JsonRpcRequest } from "../../protocol/message.ts";
import { MetaKey } from "../../protocol/meta_key.ts";
import { ProtocolError } from "../../protocol/protocol_error.ts";
import { MODERN_VERSIONS } from "../../protocol/versions.ts";
import { shorten } from "../../shorten.ts";
import { isLogLevel } from "./log_level.ts";
import type { Caller } from "./request_call.ts";

/**
 * What a modern request says of its client in its `_meta`.
 *
 * @param request The request.
 * @returns The caller.
 * @throws {ProtocolError} If something is missing or malformed (-32602), or the revision is not served
 *   (-32022); HTTP status 400.
 */
export function readModernCaller(request: JsonRpcRequest): Caller {
  const meta = metaOf(request.params);
  if (meta === undefined) throw refuse("_meta", "is missing");
  const version = meta[MetaKey.protocolVersion];
  if (version === undefined) throw refuse(MetaKey.protocolVersion, "is missing");
  if (typeof version !== "string") throw refuse(MetaKey.protocolVersion, "is not text");
  const capabilities = readObject(meta, MetaKey.clientCapabilities);
  if (capabilities === undefined) throw refuse(MetaKey.clientCapabilities, "is missing");
  if (!MODERN_VERSIONS.includes(version)) throw unsupportedVersion(version);
  readObject(meta, MetaKey.clientInfo);
  const logLevel = meta[MetaKey.logLevel];
  if (logLevel !== undefined && !isLogLevel(logLevel)) throw refuse(MetaKey.logLevel, "is unknown");
  return { era: "modern", capabilities, logLevel, session: undefined };
}

/**
 * The refusal of a revision that is not served.
 *
 * @param requested What the client wants.
 * @param supported What it can have. By default, the revisions that a modern request can name.
 * @returns The error: -32022, HTTP status 400.
 */
export function unsupportedVersion(
  requested: string,
  supported: readonly string[] = MODERN_VERSIONS,
): ProtocolError {
  const message = `Cannot take request as its protocol version is not served: "${
    shorten(requested)
  }"`;
  return new ProtocolError(McpErrorCode.unsupportedVersion, message, {
    data: { supported, requested },
    httpStatus: 400,
  });
}

function readObject(meta: JsonObject, key: string): JsonObject | undefined {
  const value = meta[key];
  if (value !== undefined && !isJsonObject(value)) throw refuse(key, "is not an object");
  return value;
}

function refuse(key: string, problem: string): ProtocolError {
  const message = `Cannot take request as its metadata is not as it must be: "${key}" ${problem}`;
  return new ProtocolError(McpErrorCode.invalidParams, message, {
    data: { code: "invalid_metadata", key },
    httpStatus: 400,
  });
}
