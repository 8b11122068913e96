import { isJsonObject, type JsonObject, type JsonValue } from "../../../codec/mod.ts";
import type { RemotePromptResult } from "../../../mcp/mod.ts";
import { UsageError } from "../../errors.ts";
import { EXIT } from "../../exit_code.ts";
import { showProgress } from "../../show_progress.ts";
import { printResult } from "../../terminal.ts";
import { type ClientCommandInput, withClient } from "../../with_client.ts";

/** One `mcpp prompts get`. */
export interface GetInput extends ClientCommandInput {
  readonly name: string;
  /** As given on the command line. */
  readonly args: readonly string[];
}

/**
 * Print the messages of a prompt.
 *
 * @param input Which prompt, and what it asks for.
 * @returns The exit code.
 * @throws {UsageError} If an argument is not of the form `name=value`.
 */
export async function getPrompt(input: GetInput): Promise<number> {
  const { name, terminal, options } = input;
  const args = parseArguments(input.args);
  return await withClient(input, async (client, signal) => {
    const result = await showProgress(
      () => client.getPrompt(name, args, { signal }),
      { terminal, waitingFor: name },
    );
    const text = result.messages.map(describeMessage).join("\n\n");
    printResult(terminal, { json: result as unknown as JsonValue, text }, options);
    return EXIT.ok;
  });
}

function parseArguments(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(given.map((argument) => {
    const end = argument.indexOf("=");
    if (end > 0) return [argument.slice(0, end), argument.slice(end + 1)];
    throw new UsageError(`Cannot read argument as it is not name=value: argument "${argument}"`);
  }));
}

function describeMessage({ role, content }: RemotePromptResult["messages"][number]): string {
  return `${role}: ${describeContent(content)}`;
}

function describeContent(content: JsonObject): string {
  const { type, text, resource, uri } = content;
  if (type === "text" && typeof text === "string") return text;
  if (type === "resource_link") return String(uri);
  if (type === "resource" && isJsonObject(resource ?? null)) {
    const { uri, text } = resource as JsonObject;
    return typeof text === "string" ? `${uri}\n${text}` : String(uri);
  }
  return `(${type})`;
}
