/**
 * Codes that say something about the change and not about the node or the connection. Among them are
 * those of our own {@linkcode CacheChangeRefusedError}, which a node answers with.
 */
const LASTING: ReadonlySet<unknown> = new Set([
  "cache_key_invalid",
  "cache_value_invalid",
  "cache_value_too_large",
  "cache_ttl_invalid",
  "cache_change_invalid",
  "cache_hash_mismatch",
  "frame_too_large",
  "invalid_json",
  "invalid_message",
  "invalid_request",
  "missing_key",
]);

/**
 * Whether a change would be refused again if it were sent again. An error without a known code is
 * taken for one that passes.
 *
 * @param error What sending it threw.
 */
export function isLasting(error: unknown): boolean {
  return error instanceof Error && "code" in error && LASTING.has(error.code);
}
