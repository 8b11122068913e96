import { type KeyInput, lookUp } from "../look_up.ts";

/**
 * Say whether there is a value under a key.
 *
 * @param input Which key, and in whose cache.
 * @returns The exit code.
 */
export async function hasValue(input: KeyInput): Promise<number> {
  return await lookUp(input, { tool: "p2p_taskqueue_cache_has" });
}
