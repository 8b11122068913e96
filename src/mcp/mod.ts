/**
 * The Model Context Protocol, server and client, over HTTP, peer-to-peer streams and in memory. It
 * knows nothing of tasks: what a server can do is a table of tools.
 *
 * A program that needs one side only imports `server/mod.ts` or `client/mod.ts`, which start faster.
 *
 * @module
 */

export * from "./server/mod.ts";
export * from "./client/mod.ts";
export { connectInMemory, type ConnectInMemoryOptions } from "./connect_in_memory.ts";
