import { McpErrorCode } from "../../protocol/error_code.ts";
import type { RequestId } from "../../protocol/message.ts";
import { isModernVersion, LEGACY_VERSIONS, MODERN_VERSIONS } from "../../protocol/versions.ts";

/** Status of an answer that nobody waits for any more; never seen by a client. */
export const CLIENT_GONE = 499;

/** More about a refusal. */
export interface RefuseOptions {
  /** Code of JSON-RPC. @default {-32700} for 400, -32603 for 500, else -32000 */
  readonly code?: number | undefined;
  /** Whose answer it is, if that is known. @default {null} */
  readonly id?: RequestId | null | undefined;
  /** For programs. @default {undefined} */
  readonly data?: unknown;
  /** More headers. @default {{}} */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Refuse a request in words that every MCP client understands.
 *
 * @param status HTTP status.
 * @param message For a person.
 * @param options What the client's program can go by.
 */
export function refuse(status: number, message: string, options: RefuseOptions = {}): Response {
  const { id = null, data, headers = {} } = options;
  const code = options.code ?? (status === 400 ? -32700 : status === 500 ? -32603 : -32000);
  const error = { code, message, ...(data !== undefined && { data }) };
  return Response.json({ jsonrpc: "2.0", id, error }, { status, headers });
}

/** Take something that has no answer. */
export function accept(): Response {
  return new Response(null, { status: 202 });
}

/** Refuse a request because the server stops. */
export function refuseAsStopping(): Response {
  return refuse(503, "Cannot answer request as the server is stopping");
}

/** Refuse a method of HTTP that needs a session, where there is none. */
export function refuseMethod(method: string): Response {
  const message = `Cannot answer request as only POST needs no session: ${method}`;
  return refuse(405, message, { headers: { allow: "POST" } });
}

/** What is said about a revision that is not served. */
export interface RefuseRevisionOptions {
  /** Those that are. */
  readonly supported: readonly string[];
  /** The one that was asked for, if any. */
  readonly requested?: string | undefined;
  readonly id: RequestId | null;
}

/** Refuse a request for a revision that is not served, and say which are. */
export function refuseRevision({ supported, requested, id }: RefuseRevisionOptions): Response {
  const asked = requested === undefined ? "none named" : `"${requested}"`;
  return refuse(400, `Cannot take request as its revision is not served: revision ${asked}`, {
    code: McpErrorCode.unsupportedVersion,
    data: { supported, ...(requested !== undefined && { requested }) },
    id,
  });
}

/**
 * Refuse the revision that a request's header names, if nobody here speaks it.
 *
 * @param version The header, if there is one.
 * @param id The request that it came with, if any.
 * @returns The refusal; `undefined` if the revision is served, or none is named.
 */
export function refuseUnknownRevision(
  version: string | null,
  id: RequestId | null,
): Response | undefined {
  const isKnown = version === null || isModernVersion(version) || LEGACY_VERSIONS.includes(version);
  const supported = [...MODERN_VERSIONS, ...LEGACY_VERSIONS];
  return isKnown ? undefined : refuseRevision({ supported, requested: version, id });
}
