import { CancelReason, type TaskGroup } from "../../concurrency/mod.ts";
import { CLIENT_GONE, refuse, refuseAsStopping } from "./refuse.ts";
import type { SdkFetchHandler } from "./sdk_fetch_handler.ts";
import type { McpServerOptions } from "./server_options.ts";

/** Options of {@linkcode createMcpFetchHandler}. */
export interface McpFetchHandlerOptions extends McpServerOptions {
  /** Larger bodies are refused with 413. @default {4194304} */
  readonly maxBodyBytes?: number | undefined;
  /** Slower bodies are refused with 408. @default {30000} */
  readonly bodyTimeoutMs?: number | undefined;
}

/** Options of one request. */
export interface McpFetchOptions {
  /** Aborted when the client has hung up, and not before the answer is complete otherwise. */
  readonly signal?: AbortSignal | undefined;
}

/** Serves MCP over HTTP: one URL, both protocol eras. */
export interface McpFetchHandler {
  /** Answers one request. Never rejects. */
  fetch(request: Request, options?: McpFetchOptions): Promise<Response>;
  /** Ends what streams are open. Later requests get 503. */
  close(): Promise<void>;
}

/**
 * Serve tools over HTTP, to clients of every protocol revision: 2026-07-28 without sessions, and
 * 2024-11-05 to 2025-11-25 through `initialize`, each request standing for itself.
 *
 * A call is cancelled when its client hangs up and when the group is cancelled; the group is not
 * left before all calls have ended. Host, origin and CORS are the business of whoever listens.
 *
 * @param group Owns the calls.
 * @param options The tools, and limits.
 * @returns The handler.
 *
 * @example A request without a client library
 * ```ts
 * import { createMcpFetchHandler, createToolTable } from "./mod.ts";
 * import { runTaskGroup } from "../../concurrency/mod.ts";
 * import { getLogger } from "../../telemetry/mod.ts";
 * import assert from "node:assert/strict";
 *
 * await runTaskGroup(async (group) => {
 *   const handler = createMcpFetchHandler(group, {
 *     serverInfo: { name: "empty", version: "1.0.0" },
 *     tools: createToolTable([]),
 *     logger: getLogger("example"),
 *   });
 *   const response = await handler.fetch(
 *     new Request("http://localhost/mcp", {
 *       method: "POST",
 *       headers: { "content-type": "application/json" },
 *       body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
 *     }),
 *   );
 *   assert.deepEqual((await response.json()).result, { tools: [] });
 *   await handler.close();
 * });
 * ```
 */
export function createMcpFetchHandler(
  group: TaskGroup,
  options: McpFetchHandlerOptions,
): McpFetchHandler {
  return new LazyFetchHandler(group, options);
}

/** Loads the protocol package with the first request: a node that only works never needs it. */
class LazyFetchHandler implements McpFetchHandler {
  readonly #group: TaskGroup;
  readonly #options: McpFetchHandlerOptions;
  #loading: Promise<SdkFetchHandler> | undefined;
  #closed = false;

  constructor(group: TaskGroup, options: McpFetchHandlerOptions) {
    this.#group = group;
    this.#options = options;
  }

  async fetch(request: Request, { signal }: McpFetchOptions = {}): Promise<Response> {
    try {
      if (this.#closed || this.#group.signal.aborted) return refuseAsStopping();
      this.#loading ??= this.#load();
      const response = await (await this.#loading).serve(request, signal);
      // The package takes every abort for a hang-up, but this client is still there to be told.
      return response.status === CLIENT_GONE && isShutdown(signal) ? refuseAsStopping() : response;
    } catch (error) {
      if (this.#closed || isShutdown(signal)) return refuseAsStopping();
      this.#options.logger.error("MCP request failed unexpectedly", { error });
      return refuse(500, "Cannot answer request as the server failed unexpectedly");
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#loading)?.close();
  }

  async #load(): Promise<SdkFetchHandler> {
    const { SdkFetchHandler } = await import("./sdk_fetch_handler.ts");
    return new SdkFetchHandler(this.#group, this.#options);
  }
}

function isShutdown(signal: AbortSignal | undefined): boolean {
  return signal?.reason instanceof CancelReason && signal.reason.source === "shutdown";
}
