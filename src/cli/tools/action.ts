import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import { EXIT } from "../exit_code.ts";
import { printResult } from "../terminal.ts";
import { type ClientCommandInput, withClient } from "../with_client.ts";

/**
 * Print the tools of a server.
 *
 * @param input Which server.
 * @returns The exit code.
 */
export async function listTools(input: ClientCommandInput): Promise<number> {
  return await withClient(input, async (client, signal) => {
    const tools = await client.listTools({ signal });
    const text = tools.map(describeTool).join("\n\n");
    const json = { tools: tools as unknown as JsonValue };
    printResult(input.terminal, { json, text }, input.options);
    return EXIT.ok;
  });
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
