import { callAndPrint } from "../call_and_print.ts";
import { readArguments } from "../read_arguments.ts";
import type { ClientCommandInput } from "../with_client.ts";

/** One `mcpp call`. */
export interface CallInput extends ClientCommandInput {
  readonly tool: string;
  /** As given on the command line. */
  readonly args: string | undefined;
}

/**
 * Call a tool and print its result.
 *
 * @param input What to call and where.
 * @returns The exit code.
 */
export async function call(input: CallInput): Promise<number> {
  const args = await readArguments(input.args, input.terminal);
  return await callAndPrint(input, { tool: input.tool, args });
}
