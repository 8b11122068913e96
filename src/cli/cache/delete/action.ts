import { callAndPrint } from "../../call_and_print.ts";
import type { KeyInput } from "../look_up.ts";

/**
 * Forget the value under a key.
 *
 * @param input Which key, and in whose cache.
 * @returns The exit code: 0 also if there was none.
 */
export async function deleteValue(input: KeyInput): Promise<number> {
  const { key } = input;
  return await callAndPrint(input, { tool: "p2p_taskqueue_cache_delete", args: { key } });
}
