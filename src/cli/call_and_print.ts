import type { JsonObject } from "../codec/mod.ts";
import { printToolResult } from "./print_tool_result.ts";
import { showProgress } from "./show_progress.ts";
import { type ClientCommandInput, withClient } from "./with_client.ts";

/** A call of a tool by a command. */
export interface CommandCall {
  /** Name of the tool. */
  readonly tool: string;
  /** Its arguments. */
  readonly args: JsonObject;
  /** The text for a person. @default the server's own */
  readonly toText?: ((result: JsonObject) => string) | undefined;
}

/**
 * Call a tool of the server that a command means, and print its result.
 *
 * @param input Which server, and where to print.
 * @param call What to call.
 * @returns The exit code.
 */
export async function callAndPrint(input: ClientCommandInput, call: CommandCall): Promise<number> {
  const { options, terminal } = input;
  const { tool, args, toText } = call;
  return await withClient(input, async (client, signal) => {
    const result = await showProgress(
      (onProgress) => client.callTool(tool, args, { signal, onProgress }),
      { terminal, waitingFor: tool },
    );
    return printToolResult(result, { terminal, options, toText });
  });
}
