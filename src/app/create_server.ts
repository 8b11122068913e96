import { createConfig, type PartialConfig } from "../config/mod.ts";
import type { BoundTool, MessageChannel } from "../mcp/mod.ts";
import type { ServerReady } from "./server_ready.ts";
import { createService, type Service } from "./service.ts";

/** How a node is embedded in a program. */
export interface ServerOptions {
  /** Tools besides mcpp's own. @default {[]} */
  readonly tools?: readonly BoundTool[] | undefined;
  /**
   * Serves MCP over a channel instead of HTTP, such as standard input and output; the node stops in good
   * order when the channel ends.
   *
   * @default {undefined} HTTP
   */
  readonly channel?: MessageChannel | undefined;
  /** Called when everything is up, before `ready` resolves. */
  readonly onStart?: ((ready: ServerReady) => Promise<void> | void) | undefined;
  /** Called when the node has begun to stop and running work has ended or been interrupted. */
  readonly onStop?: (() => Promise<void> | void) | undefined;
  /** Begins an orderly stop. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A node: an MCP server, a durable queue, a worker and a peer-to-peer node.
 *
 * Its `run` rejects with an `AppError` if it cannot start (`port_in_use`, `data_dir_locked`,
 * `store_corrupt`, …), and with a `TaskGroupError` if a part of it fails while running. After `stop`
 * running work gets the configured grace period.
 */
export type Server = Service<ServerReady>;

/**
 * Create a node. Nothing happens until it is run.
 *
 * @param config What differs from the defaults; see `docs/configuration.md`.
 * @param options Additional tools, hooks, and the signal that stops it.
 * @returns The node.
 * @throws {ConfigError} If the configuration is wrong.
 *
 * @example A node inside a program's own task group
 * ```ts
 * import { callTool, createServer } from "./mod.ts";
 * import { runTaskGroup } from "../concurrency/mod.ts";
 * import assert from "node:assert/strict";
 *
 * await runTaskGroup(async (group, signal) => {
 *   const server = createServer({
 *     dataDir: await Deno.makeTempDir(),
 *     server: { port: 0 },
 *     p2p: { enabled: false },
 *   }, { signal });
 *   group.spawn("mcpp", () => server.run());
 *   const { url } = await server.ready;
 *   const result = await callTool(url, "echo", { text: "hi" });
 *   assert.deepEqual(result.structuredContent, { text: "hi" });
 *   server.stop();
 * });
 * ```
 */
export function createServer(config: PartialConfig = {}, options: ServerOptions = {}): Server {
  const complete = createConfig(config);
  return createService(async ({ stopping, onReady }) => {
    const { runServer } = await import("./run_server.ts");
    await runServer(complete, {
      tools: options.tools ?? [],
      channel: options.channel,
      stopping,
      onStart: async (ready) => {
        await options.onStart?.(ready);
        onReady(ready);
      },
      onStop: options.onStop,
    });
  }, options);
}
