import { toAbortableResponse } from "./abortable_response.ts";
import { ServerUnavailableError, SessionLostError } from "./errors.ts";
import type { HttpCredentials } from "./http_credentials.ts";

/** A wait that a server asks for is not believed beyond this. */
const MAX_RETRY_AFTER_MS = 60_000;

/** How some servers say with status 400 that they do not know a session. */
const UNKNOWN_SESSION = /(no valid|invalid|unknown) session|session (id )?(not found|has expired)/i;

/** Options of {@linkcode createMcpFetch}. */
export interface McpFetchOptions {
  /** The server, for error messages. */
  readonly server: string;
  /** Says who we are. @default {undefined} nobody */
  readonly credentials?: HttpCredentials | undefined;
  /** Whether the URL of a request names a session, as the older transport has it. @default {false} */
  readonly hasSessionUrl?: boolean | undefined;
  /** Makes the requests. @default {fetch} */
  readonly fetch?: typeof fetch | undefined;
}

/** What the transports of the SDK use to make requests. */
export type McpFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` for requests to an MCP server. It presents credentials, and throws for the answers with
 * which a server refuses a request before it has done anything, so that such a request may be repeated.
 *
 * @param options Which server, and as whom.
 * @returns The function. It throws {@linkcode SessionLostError} and
 * {@linkcode ServerUnavailableError}.
 */
export function createMcpFetch(options: McpFetchOptions): McpFetch {
  const { server, credentials } = options;
  const request = options.fetch ?? fetch;
  return async (url, init = {}) => {
    const signal = init.signal ?? undefined;
    const headers = new Headers(init.headers);
    // Each kind of refusal is answered once: first there may be no token, and then too little scope.
    const answered = new Set<number>();
    while (true) {
      const sent = await credentials?.authorization({ signal });
      if (sent !== undefined) headers.set("authorization", sent);
      const response = await request(url, { ...init, headers });
      const { status } = response;
      if (credentials === undefined || !isRefusal(response) || answered.has(status)) {
        return toAbortableResponse(await orThrow(response, headers), signal);
      }
      answered.add(status);
      await response.body?.cancel();
      if (await credentials.answerRefusal({ response, sent }, { signal })) continue;
      return new Response(null, { status, headers: response.headers });
    }
  };

  async function orThrow(response: Response, headers: Headers): Promise<Response> {
    const { ok, status } = response;
    if (ok) return response;
    if (status === 429 || status === 503) {
      await response.body?.cancel();
      throw new ServerUnavailableError(server, { retryAfterMs: toRetryAfterMs(response) });
    }
    const hasSession = headers.has("mcp-session-id") || options.hasSessionUrl === true;
    if (hasSession && await isSessionUnknown(response)) throw new SessionLostError(server);
    return response;
  }
}

function isRefusal({ status, headers }: Response): boolean {
  if (status === 401) return true;
  return status === 403 && /insufficient_scope/.test(headers.get("www-authenticate") ?? "");
}

async function isSessionUnknown(response: Response): Promise<boolean> {
  const { status } = response;
  const isUnknown = status === 404 ||
    status === 400 && UNKNOWN_SESSION.test(await response.clone().text());
  if (isUnknown) await response.body?.cancel();
  return isUnknown;
}

/** RFC 9110, 10.2.3: seconds, or a date, which is not worth its trouble here. */
function toRetryAfterMs({ headers }: Response): number | undefined {
  const text = headers.get("retry-after")?.trim() ?? "";
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text) * 1000, MAX_RETRY_AFTER_MS) : undefined;
}
