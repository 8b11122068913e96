import type { JsonValue } from "../../codec/mod.ts";
import { EXIT } from "../exit_code.ts";
import { printFailure, printResult } from "../terminal.ts";
import { type ClientCommandInput, withClient } from "../with_client.ts";
import { describeTool, summarizeTool } from "./describe_tool.ts";

/** One `mcpp tools`. */
export interface ToolsInput extends ClientCommandInput {
  /** The only one to describe; `undefined` for all. */
  readonly tool: string | undefined;
}

/**
 * Print the tools of a server, or all about one of them.
 *
 * @param input Which server, and which tool.
 * @returns The exit code.
 */
export async function listTools(input: ToolsInput): Promise<number> {
  const { tool: name, terminal, options } = input;
  return await withClient(input, async (client, signal) => {
    const tools = await client.listTools({ signal });
    if (name === undefined) {
      const text = tools.map(summarizeTool).join("\n\n") || "No tools";
      printResult(terminal, { json: { tools: tools as unknown as JsonValue }, text }, options);
      return EXIT.ok;
    }
    const tool = tools.find((tool) => tool.name === name);
    if (tool === undefined) {
      const message = `Cannot describe tool as the server has none with this name: tool "${name}"`;
      printFailure(terminal, { message, code: "unknown_tool", hint: "See them all: mcpp tools" });
      return EXIT.failed;
    }
    printResult(
      terminal,
      { json: tool as unknown as JsonValue, text: describeTool(tool) },
      options,
    );
    return EXIT.ok;
  });
}
