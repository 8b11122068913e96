import {
  abortable,
  CancelReason,
  type Clock,
  moveOnAfter,
  systemClock,
} from "../concurrency/mod.ts";
import type { Logger, MetricsRegistry } from "../telemetry/mod.ts";
import { Admission, type RequestRate } from "./admission.ts";
import type { Authenticator } from "./auth/authenticator.ts";
import { createRequestHandler, type RequestHandler } from "./create_request_handler.ts";
import { toListenError } from "./errors.ts";
import { createHttpMetrics } from "./http_metrics.ts";
import { InFlight } from "./in_flight.ts";
import { RequestContext } from "./request_context.ts";
import type { ProtectedResource } from "./resource_metadata.ts";
import type { HttpRoute } from "./route.ts";
import { createRouteTable } from "./route_table.ts";

/** How long cancelled requests may take to end, and the listener to close. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Options of {@linkcode openHttpServer}. */
export interface HttpServerOptions {
  /** Address to bind to. @default {"127.0.0.1"} */
  readonly hostname?: string | undefined;
  /** TCP port; 0 picks a free one. */
  readonly port: number;
  /** What is answered. */
  readonly routes: readonly HttpRoute[];
  /** Accepted names in the `Host` header besides loopback and `hostname`. @default {[]} */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Web origins that requests may come from besides loopback; `*` means any. @default {[]} */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** Web origins whose pages may also read the answers; `*` means any. @default {[]} */
  readonly corsOrigins?: readonly string[] | undefined;
  /** Finds out who asks, for all routes but those for everyone. @default {undefined} nobody has to say */
  readonly authenticator?: Authenticator | undefined;
  /** What clients that are not let in are told to get a token for. @default {undefined} nothing */
  readonly protectedResource?: ProtectedResource | undefined;
  /** How often one client may ask; more is refused with 429. @default {undefined} as often as it likes */
  readonly rateLimit?: RequestRate | undefined;
  /** Requests that announce a larger body are refused with 413. @default {4194304} */
  readonly maxBodyBytes?: number | undefined;
  /** Requests with a longer head are refused with 431: URL, names and values. @default {16384} */
  readonly maxHeaderBytes?: number | undefined;
  /** Requests and streams at a time; more are refused with 503. @default {10000} */
  readonly maxInFlight?: number | undefined;
  /** Told about requests. */
  readonly logger: Logger;
  /** Where requests are counted. @default {undefined} nowhere */
  readonly metrics?: MetricsRegistry | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/** An HTTP server that listens. Dispose it to stop; that never waits for long. */
export interface HttpServer extends AsyncDisposable {
  /** Where it is reached from this machine, without a slash at the end. */
  readonly url: string;
  /** The port it listens on. */
  readonly port: number;
  /**
   * Answer no new requests but those of probes, let the others finish, and cancel those that
   * have not when the time is up. The server goes on to listen until it is disposed.
   */
  drain(options: DrainOptions): Promise<void>;
  /** A snapshot for logs and metrics. */
  statistics(): HttpServerStatistics;
}

/** How long to be patient. */
export interface DrainOptions {
  /** Requests that take longer are cancelled. */
  readonly deadlineMs: number;
}

/** The numbers of a server at one moment. */
export interface HttpServerStatistics {
  /** Requests whose answer has not been delivered. */
  readonly inFlight: number;
  /** Whether only probes are answered any more. */
  readonly isDraining: boolean;
}

/**
 * Listen for HTTP requests.
 *
 * @param options Where to listen and what to answer.
 * @returns The server.
 * @throws {HttpListenError} If it cannot listen there.
 *
 * @example A server on a free port
 * ```ts
 * import { createInfoRoute, openHttpServer } from "./mod.ts";
 * import { getLogger } from "../telemetry/mod.ts";
 * import assert from "node:assert/strict";
 *
 * const info = { name: "example", version: "1.0.0", links: {} };
 * await using server = await openHttpServer({
 *   port: 0,
 *   routes: [createInfoRoute(info)],
 *   logger: getLogger("example"),
 * });
 * assert.deepEqual(await (await fetch(server.url)).json(), info);
 * await server.drain({ deadlineMs: 1_000 });
 * ```
 */
export function openHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  // A promise, as other adapters will have to wait here.
  return new Promise((resolve) => resolve(new DenoHttpServer(options)));
}

class DenoHttpServer implements HttpServer {
  readonly url: string;
  readonly port: number;
  readonly #inFlight = new InFlight();
  readonly #force = new AbortController();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #clock: Clock;
  readonly #routes: readonly HttpRoute[];
  #isDraining = false;
  #closing: Promise<void> | undefined;

  constructor(options: HttpServerOptions) {
    const { hostname = "127.0.0.1", port, clock = systemClock } = options;
    this.#clock = clock;
    this.#routes = options.routes;
    const handle = this.#createHandler(options);
    try {
      this.#server = Deno.serve(
        { hostname, port, signal: this.#force.signal, onListen: () => {} },
        (request, info) => {
          const controller = new AbortController();
          const { completed } = info;
          this.#inFlight.add(controller, completed);
          const clientAddress = (): string => info.remoteAddr.hostname;
          const context = new RequestContext(request, { controller, completed, clientAddress });
          return handle(request, context);
        },
      );
    } catch (error) {
      throw toListenError(error, `${hostname}:${port}`);
    }
    this.port = this.#server.addr.port;
    this.url = `http://${toReachableHost(hostname)}:${this.port}`;
  }

  async drain({ deadlineMs }: DrainOptions): Promise<void> {
    if (!this.#isDraining) {
      this.#isDraining = true;
      for (const route of this.#routes) route.onDrain?.();
    }
    if (await this.#waitUntilEmpty(deadlineMs)) return;
    this.#inFlight.cancelAll(new CancelReason("shutdown", { scope: "http server" }));
    await this.#waitUntilEmpty(CLOSE_TIMEOUT_MS);
  }

  #createHandler(options: HttpServerOptions): RequestHandler {
    const { hostname = "127.0.0.1", authenticator, rateLimit, metrics, routes } = options;
    const clock = this.#clock;
    return createRequestHandler({
      routes: createRouteTable(routes),
      allowedHosts: [...(options.allowedHosts ?? []), ...ownNames(hostname)],
      allowedOrigins: options.allowedOrigins ?? [],
      corsOrigins: options.corsOrigins ?? [],
      admission: new Admission({ authenticator, rateLimit, clock }),
      protectedResource: options.protectedResource,
      maxBodyBytes: options.maxBodyBytes ?? 4 * 1024 * 1024,
      maxHeaderBytes: options.maxHeaderBytes ?? 16 * 1024,
      maxInFlight: options.maxInFlight ?? 10_000,
      logger: options.logger,
      metrics: metrics === undefined ? undefined : createHttpMetrics(metrics),
      clock,
      isDraining: () => this.#isDraining,
      inFlight: () => this.#inFlight.size,
    });
  }

  statistics(): HttpServerStatistics {
    return Object.freeze({ inFlight: this.#inFlight.size, isDraining: this.#isDraining });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /**
   * A graceful shutdown waits for ever for a client that does not read, and must not be cut short
   * once begun. So it is begun only when all answers have been handed over.
   */
  async #close(): Promise<void> {
    await this.drain({ deadlineMs: 0 });
    if (this.#inFlight.size > 0) {
      this.#force.abort();
      await this.#server.finished;
      return;
    }
    const closed = await this.#waitFor(this.#server.shutdown(), CLOSE_TIMEOUT_MS);
    // What is left is the connection of a client that does not read; it shall hold nobody up.
    if (!closed) this.#server.unref();
  }

  async #waitUntilEmpty(limitMs: number): Promise<boolean> {
    return this.#inFlight.size === 0 || await this.#waitFor(this.#inFlight.empty, limitMs);
  }

  async #waitFor(event: Promise<void>, limitMs: number): Promise<boolean> {
    const clock = this.#clock;
    const waited = await moveOnAfter(limitMs, (signal) => abortable(event, signal), { clock });
    return !waited.timedOut;
  }
}

/** The names by which the bound address itself is asked for. */
function ownNames(hostname: string): readonly string[] {
  return isWildcard(hostname) ? [] : [bracket(hostname)];
}

/** A host that a client on this machine can connect to. */
function toReachableHost(hostname: string): string {
  if (!isWildcard(hostname)) return bracket(hostname);
  return hostname.includes(":") ? "[::1]" : "127.0.0.1";
}

function isWildcard(hostname: string): boolean {
  return hostname === "0.0.0.0" || hostname === "::";
}

function bracket(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
