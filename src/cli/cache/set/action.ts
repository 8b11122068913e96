import { callAndPrint } from "../../call_and_print.ts";
import type { ClientCommandOptions } from "../../client_options.ts";
import { readJson } from "../../read_json.ts";
import type { ClientCommandInput } from "../../with_client.ts";

/** The options of `mcpp cache set`. */
export interface SetOptions extends ClientCommandOptions {
  readonly text?: boolean;
  readonly ttl?: number;
  readonly replicate?: boolean;
}

/** One `mcpp cache set`. */
export interface SetInput extends ClientCommandInput<SetOptions> {
  readonly key: string;
  /** As given on the command line. */
  readonly value: string;
}

/**
 * Keep a value under a key.
 *
 * @param input Which key and value, and in whose cache.
 * @returns The exit code.
 */
export async function setValue(input: SetInput): Promise<number> {
  const { key, options, terminal } = input;
  const { text, ttl, replicate = true } = options;
  const value = text === true ? input.value : await readJson(input.value, {
    terminal,
    noun: "value",
    hint: `Give JSON such as '{"n":1}' or '"text"', @file, or -; or say --text`,
  });
  return await callAndPrint(input, {
    tool: "p2p_taskqueue_cache_set",
    args: { key, value, replicate, ...(ttl !== undefined && { "ttl_s": ttl }) },
  });
}
