import type { JsonValue } from "../../../codec/mod.ts";
import type { RemotePrompt } from "../../../mcp/mod.ts";
import { EXIT } from "../../exit_code.ts";
import { formatEntry } from "../../format_entry.ts";
import { printResult } from "../../terminal.ts";
import { type ClientCommandInput, withClient } from "../../with_client.ts";

/**
 * Print the prompts of a server.
 *
 * @param input Which server.
 * @returns The exit code.
 */
export async function listPrompts(input: ClientCommandInput): Promise<number> {
  return await withClient(input, async (client, signal) => {
    const prompts = await client.listPrompts({ signal });
    const text = prompts.map(describePrompt).join("\n\n") || "No prompts";
    const json = { prompts: prompts as unknown as JsonValue };
    printResult(input.terminal, { json, text }, input.options);
    return EXIT.ok;
  });
}

function describePrompt(prompt: RemotePrompt): string {
  const shown = prompt.arguments.map(({ name, required }) => required ? name : `[${name}]`);
  return formatEntry([prompt.name, ...shown].join(" "), prompt.description);
}
