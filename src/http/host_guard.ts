import { isLoopback } from "./is_loopback.ts";

/** Who may be asked, and by which pages. */
export interface HostGuardOptions {
  /** Accepted names in the `Host` header besides those of loopback, with or without a port. */
  readonly allowedHosts: readonly string[];
  /** Origins that requests may come from, as browsers send them; `*` means any. */
  readonly allowedOrigins: readonly string[];
  /** Origins whose pages may also read the answers; `*` means any. */
  readonly corsOrigins: readonly string[];
}

/** Whether a request may go on. */
export type GuardDecision =
  | { readonly ok: true }
  | {
    readonly ok: false;
    readonly code: "host_refused" | "origin_refused";
    readonly message: string;
  };

/** Names below `localhost` mean this machine, too (RFC 6761, section 6.3). */
const BELOW_LOCALHOST = /.\.localhost$/;

/**
 * Refuse requests that a foreign web page makes a browser send to this machine. A page can do that
 * by giving its own name this machine's address (DNS rebinding): then the `Host` header has that name.
 *
 * @param headers The request's headers.
 * @param options Whom to admit besides loopback.
 * @returns Whether the request may go on, and if not, which option would let it.
 */
export function guardHost(headers: Headers, options: HostGuardOptions): GuardDecision {
  const host = headers.get("host") ?? "";
  if (!isKnownHost(host, options.allowedHosts)) {
    const message = `Cannot answer request as its Host header is not allowed: host "${host}". ` +
      "Add the name with the option allowed-host";
    return { ok: false, code: "host_refused", message };
  }
  const origin = headers.get("origin");
  if (origin === null || isKnownOrigin(origin, options)) return { ok: true };
  const message =
    `Cannot answer request as its Origin header is not allowed: origin "${origin}". ` +
    "Add the origin with the option cors-origin, or with allowed-origin if no page is to read answers";
  return { ok: false, code: "origin_refused", message };
}

function isKnownOrigin(origin: string, options: HostGuardOptions): boolean {
  const { allowedHosts, allowedOrigins, corsOrigins } = options;
  for (const origins of [allowedOrigins, corsOrigins]) {
    if (origins.includes("*") || origins.includes(origin)) return true;
  }
  const url = URL.parse(origin);
  return url !== null && url.host !== "" && isKnownHost(url.host, allowedHosts);
}

function isKnownHost(host: string, allowedHosts: readonly string[]): boolean {
  const name = host.toLowerCase();
  const withoutPort = name.replace(/:\d+$/, "");
  if (isLoopback(withoutPort) || BELOW_LOCALHOST.test(withoutPort)) return true;
  return allowedHosts.some((allowed) => [name, withoutPort].includes(allowed.toLowerCase()));
}
