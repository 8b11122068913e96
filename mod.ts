/**
 * mcpp: a Model Context Protocol server and client whose tools reach across a peer-to-peer network.
 *
 * - {@linkcode createServer} runs a node inside a program: MCP server, durable queue, worker, peer.
 * - {@linkcode createClient} and {@linkcode callTool} talk to any MCP server, by URL or by a node's
 *   address in the peer-to-peer network.
 * - {@linkcode runTaskGroup} and its relatives are the structured concurrency that all of it uses.
 * - {@linkcode selectOwner}, {@linkcode taskHash}, {@linkcode MerkleClock} and their relatives compute
 *   who owns a task, bit for bit as Python peers do.
 * - Each tool is a plain module: {@linkcode submitTask}, {@linkcode waitTask}, {@linkcode echo}, …; so
 *   are prompts ({@linkcode delegateJob}, …) and resources ({@linkcode createTaskResources}, …).
 *
 * @example Two lines to a result
 * ```ts
 * import { callTool, createServer, runTaskGroup } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * await runTaskGroup(async (group, signal) => {
 *   const dataDir = await Deno.makeTempDir();
 *   const server = createServer({ dataDir, server: { port: 0 }, p2p: { enabled: false } }, { signal });
 *   group.spawn("mcpp", () => server.run());
 *   const { url } = await server.ready;
 *
 *   const { structuredContent } = await callTool(url, "echo", { text: "hi" });
 *   assert.deepEqual(structuredContent, { text: "hi" });
 *   server.stop();
 * });
 * ```
 *
 * @module
 */

export * from "./src/app/mod.ts";
export * from "./src/concurrency/mod.ts";
export * from "./src/tools/mod.ts";
export * from "./src/resources/mod.ts";
export * from "./src/prompts/mod.ts";
export * from "./src/scheduling/mod.ts";
export { AppError, type AppErrorOptions } from "./src/error/mod.ts";
export { type Config, ConfigError, createConfig, type PartialConfig } from "./src/config/mod.ts";
export { bindPrompt, bindTool } from "./src/mcp/server/mod.ts";
export type {
  BoundPrompt,
  BoundTool,
  CallToolOptions,
  InputHandlers,
  McpClient,
  OAuthOptions,
  Prompt,
  PromptContext,
  RecoveryOptions,
  RemoteTool,
  RemoteToolResult,
  ResourceProvider,
  Tool,
  ToolContext,
} from "./src/mcp/mod.ts";
