import { isAbsolute, join } from "node:path";
import { lookUpEnv } from "../config/mod.ts";
import { toErrorMessage } from "../error/mod.ts";
import type { ServerList } from "../mcp/mod.ts";

const FILE_NAME = "mcp.json";

/** A longer file is no list that a person has written. */
const MAX_BYTES = 1024 * 1024;

/**
 * Read the list of MCP servers.
 *
 * @param file The list; `undefined` looks in the usual places.
 * @returns The list.
 * @throws {ServerListError} If there is none, or it is no list.
 */
export async function readServerList(file: string | undefined): Promise<ServerList> {
  const { parseServerList, ServerListError } = await import("../mcp/client/mod.ts");
  const paths = file === undefined ? usualPaths() : [file];
  for (const path of paths) {
    try {
      const { size } = await Deno.stat(path);
      if (size > MAX_BYTES) throw new ServerListError(path, `it is larger than ${MAX_BYTES} bytes`);
      return parseServerList(await Deno.readTextFile(path), { path, lookUp: lookUpEnv });
    } catch (error) {
      if (error instanceof ServerListError) throw error;
      if (error instanceof Deno.errors.NotFound) continue;
      throw new ServerListError(path, `it cannot be read (${toErrorMessage(error)})`);
    }
  }
  throw new ServerListError(paths.join('" or "'), "there is no such file", {
    hint: 'It is JSON: {"mcpServers": {"NAME": {"url": "http://…"}}}',
  });
}

function usualPaths(): readonly string[] {
  const configured = lookUpEnv("XDG_CONFIG_HOME") ?? "";
  const home = lookUpEnv("HOME") ?? lookUpEnv("USERPROFILE") ?? "";
  const base = isAbsolute(configured) ? configured : home === "" ? "" : join(home, ".config");
  return base === "" ? [FILE_NAME] : [FILE_NAME, join(base, "mcpp", FILE_NAME)];
}
