import type { JsonValue } from "../../../codec/mod.ts";
import type { RemoteResource, RemoteResourceTemplate } from "../../../mcp/mod.ts";
import { EXIT } from "../../exit_code.ts";
import { formatTable } from "../../format_table.ts";
import { printResult } from "../../terminal.ts";
import { type ClientCommandInput, withClient } from "../../with_client.ts";

const HEAD = ["RESOURCE", "TITLE", "TYPE"];

/**
 * Print the resources of a server, and the forms of those that it does not list.
 *
 * @param input Which server.
 * @returns The exit code.
 */
export async function listResources(input: ClientCommandInput): Promise<number> {
  return await withClient(input, async (client, signal) => {
    const resources = await client.listResources({ signal });
    const templates = await client.listResourceTemplates({ signal });
    const json = { resources, resourceTemplates: templates } as unknown as JsonValue;
    printResult(input.terminal, { json, text: toText(resources, templates) }, input.options);
    return EXIT.ok;
  });
}

function toText(
  resources: readonly RemoteResource[],
  templates: readonly RemoteResourceTemplate[],
): string {
  const rows = [
    ...resources.map((resource) => toCells(resource.uri, resource)),
    ...templates.map((template) => toCells(template.uriTemplate, template)),
  ];
  return rows.length === 0 ? "No resources" : formatTable(HEAD, rows);
}

function toCells(uri: string, shown: Omit<RemoteResource, "uri">): readonly string[] {
  return [uri, shown.title ?? shown.name, shown.mimeType ?? ""];
}
