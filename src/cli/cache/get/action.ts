import { type KeyInput, lookUp } from "../look_up.ts";

/**
 * Print the value under a key.
 *
 * @param input Which key, and in whose cache.
 * @returns The exit code.
 */
export async function getValue(input: KeyInput): Promise<number> {
  return await lookUp(input, {
    tool: "p2p_taskqueue_cache_get",
    toText: ({ value }) => JSON.stringify(value ?? null, null, 2),
  });
}
