import { createClient } from "../../app/mod.ts";
import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import { type ClientCommandOptions, toClientTarget } from "../client_options.ts";
import type { Config } from "../../config/mod.ts";
import { EXIT } from "../exit_code.ts";
import { configureCommandLogging } from "../logging.ts";
import { listenForStop } from "../stop_signal.ts";
import { printResult, type Terminal } from "../terminal.ts";

/** One `mcpp tools`. */
export interface ListToolsInput {
  readonly options: ClientCommandOptions;
  readonly config: Config;
  readonly terminal: Terminal;
}

/**
 * Print the tools of a server.
 *
 * @param input Which server.
 * @returns The exit code.
 */
export async function listTools(input: ListToolsInput): Promise<number> {
  const { options, config, terminal } = input;
  configureCommandLogging(config, terminal);
  using stop = listenForStop();
  try {
    await using client = await createClient(toClientTarget(options, config), {
      config,
      signal: stop.signal,
    });
    const tools = await client.listTools({ signal: stop.signal });
    const text = tools.map(describeTool).join("\n\n");
    printResult(terminal, { json: { tools: tools as unknown as JsonValue }, text }, options);
    return EXIT.ok;
  } catch (error) {
    if (stop.signal.aborted) return EXIT.interrupted;
    throw error;
  }
}

interface DescribedTool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema: JsonObject;
}

function describeTool({ name, description = "", inputSchema }: DescribedTool): string {
  const properties = Object.keys((inputSchema["properties"] ?? {}) as JsonObject);
  const required = new Set((inputSchema["required"] ?? []) as readonly string[]);
  const shown = properties.map((property) => required.has(property) ? property : `[${property}]`);
  return `${name} ${shown.join(" ")}\n    ${description}`;
}
