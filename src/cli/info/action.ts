import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import type { McpClient } from "../../mcp/mod.ts";
import { EXIT } from "../exit_code.ts";
import { formatPairs } from "../format_pairs.ts";
import { printResult } from "../terminal.ts";
import { type ClientCommandInput, withClient } from "../with_client.ts";

/**
 * Print who a server is and what it has.
 *
 * @param input Which server.
 * @returns The exit code.
 */
export async function showInfo(input: ClientCommandInput): Promise<number> {
  return await withClient(input, async (client, signal) => {
    const counts = await countAll(client, signal);
    const { serverInfo = null, era, protocolVersion, capabilities, instructions } = client;
    const json: JsonObject = {
      serverInfo: serverInfo as JsonValue,
      era,
      protocolVersion,
      capabilities,
      ...(instructions !== undefined && { instructions }),
      counts,
    };
    printResult(input.terminal, { json, text: describe(client, counts) }, input.options);
    return EXIT.ok;
  });
}

/** How many things of each kind a server has, of those kinds that it says it has. */
async function countAll(
  client: McpClient,
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const kinds = [
    ["tools", "tools", () => client.listTools({ signal })],
    ["prompts", "prompts", () => client.listPrompts({ signal })],
    ["resources", "resourceTemplates", () => client.listResourceTemplates({ signal })],
  ] as const;
  const counts: Record<string, number> = {};
  for (const [capability, name, list] of kinds) {
    if (client.capabilities[capability] !== undefined) counts[name] = (await list()).length;
  }
  return counts;
}

function describe(client: McpClient, counts: Readonly<Record<string, number>>): string {
  const { serverInfo, era, protocolVersion, capabilities, instructions } = client;
  const { name, version, title } = serverInfo ?? { name: "(no name)", version: "" };
  const pairs = formatPairs([
    ["Server", `${name} ${version}`.trim()],
    ["Title", title],
    ["Protocol", `${protocolVersion} (${era})`],
    ["Can", Object.keys(capabilities).sort().join(", ") || "nothing"],
    ["Tools", counts["tools"]],
    ["Prompts", counts["prompts"]],
    ["Forms of resources", counts["resourceTemplates"]],
  ]);
  return instructions === undefined ? pairs : `${pairs}\n\n${instructions}`;
}
