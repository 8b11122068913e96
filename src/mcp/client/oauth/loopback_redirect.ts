import { abortable } from "../../../concurrency/mod.ts";

const PATH = "/callback";

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
  "referrer-policy": "no-referrer",
};

/** Where a browser comes back to from an authorisation server (RFC 8252, 7.3). */
export interface LoopbackRedirect extends AsyncDisposable {
  /** The redirect URI: on the loopback interface of this machine, at the port that was free. */
  readonly url: string;
  /** What the authorisation server must hand back, so that nobody else can bring us a code. */
  readonly state: string;
  /** The parameters with which the browser came back. */
  waitForReturn(signal: AbortSignal): Promise<URLSearchParams>;
}

/**
 * Listen for a browser that comes back from an authorisation server.
 *
 * @param preferredPort The port that the authorisation server knows already, if any.
 * @returns The listener. Dispose it.
 */
export function openLoopbackRedirect(preferredPort: number | undefined): LoopbackRedirect {
  const state = crypto.randomUUID();
  const returned = Promise.withResolvers<URLSearchParams>();
  const handle = ({ method, url }: Request): Response => {
    const { pathname, searchParams } = new URL(url);
    if (method !== "GET" || pathname !== PATH) return page(404, "There is nothing here.");
    if (searchParams.get("state") !== state) return page(400, "This is not the expected login.");
    returned.resolve(searchParams);
    return page(200, "You can close this window and go back to where you came from.");
  };
  const server = listen(handle, preferredPort);
  return {
    url: `http://127.0.0.1:${server.addr.port}${PATH}`,
    state,
    waitForReturn: (signal) => abortable(returned.promise, signal),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function listen(
  handle: (request: Request) => Response,
  preferredPort: number | undefined,
): Deno.HttpServer<Deno.NetAddr> {
  const options = { hostname: "127.0.0.1", onListen: () => {} };
  if (preferredPort !== undefined) {
    try {
      return Deno.serve({ ...options, port: preferredPort }, handle);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  return Deno.serve({ ...options, port: 0 }, handle);
}

function page(status: number, text: string): Response {
  const style =
    "font: 1.1rem system-ui; margin: 20vh auto; max-width: 30rem; color-scheme: light dark";
  const body =
    `<!doctype html><html lang="en"><title>mcpp</title><body style="${style}"><p>${text}</p></body></html>`;
  return new Response(body, { status, headers: HEADERS });
}
