import { z } from "zod";
import type { JsonObject } from "../../codec/mod.ts";
import { EXIT } from "../exit_code.ts";
import { printToolResult } from "../print_tool_result.ts";
import { printFailure } from "../terminal.ts";
import { type ClientCommandInput, withClient } from "../with_client.ts";

/** One command about a key. */
export interface KeyInput extends ClientCommandInput {
  readonly key: string;
}

/** How a key is looked up. */
export interface LookupOptions {
  /** Name of the tool. */
  readonly tool: string;
  /** The text for a person. @default the server's own */
  readonly toText?: ((result: JsonObject) => string) | undefined;
}

const hitSchema = z.looseObject({ hit: z.boolean() });

/**
 * Look a key up and print what is there.
 *
 * @param input Which key, and in whose cache.
 * @param options How to look it up.
 * @returns The exit code: 4 if there is no value.
 */
export async function lookUp(input: KeyInput, options: LookupOptions): Promise<number> {
  const { key, terminal } = input;
  return await withClient(input, async (client, signal) => {
    const result = await client.callTool(options.tool, { key }, { signal });
    if (result.isError) return printToolResult(result, input);
    const { hit } = hitSchema.parse(result.structuredContent);
    if (hit || input.options.json === true || !terminal.isInteractive) {
      printToolResult(result, { ...input, toText: options.toText });
    }
    if (hit) return EXIT.ok;
    const message = `Cannot find value as the cache has none under this key: key "${key}"`;
    printFailure(terminal, { message, code: "not_cached" });
    return EXIT.failed;
  });
}
