import { createServer } from "../../app/mod.ts";
import { isCancellation } from "../../concurrency/mod.ts";
import type { Config } from "../../config/mod.ts";
import { openStdioChannel } from "../../mcp/server/mod.ts";
import { EXIT } from "../exit_code.ts";

/**
 * Run a node that serves MCP on standard input and output, for the program that has started it. It
 * stops when its input ends.
 *
 * @param config The configuration.
 * @param signal Begins an orderly stop.
 * @returns The exit code: 0 after an orderly stop.
 */
export async function serveStdio(config: Config, signal: AbortSignal): Promise<number> {
  const channel = openStdioChannel({
    input: Deno.stdin.readable,
    output: Deno.stdout.writable,
    maxLineBytes: config.server.maxBodyBytes,
    maxOutputBytes: config.server.maxResultBytes,
  });
  try {
    await createServer(config, { channel, signal }).run();
  } catch (error) {
    if (!isCancellation(error, signal)) throw error;
  }
  return EXIT.ok;
}
