import { byteLength } from "./cache_value.ts";
import { CacheChangeRefusedError, InvalidCacheEntryError } from "./errors.ts";
import type { CacheLimits } from "./limits.ts";
import type { CacheChange } from "./shared_cache.ts";

/** Longest peer id, in UTF-16 units; a real one has about 52. */
const MAX_PEER_ID_LENGTH = 256;

/**
 * Refuse what cannot be a key.
 *
 * @throws {InvalidCacheEntryError} If it is empty, too long, or no well-formed text.
 */
export function checkKey(key: string, { maxKeyBytes }: CacheLimits): void {
  const reason = key === ""
    ? "its key is empty"
    : !key.isWellFormed()
    ? "its key is no well-formed text"
    : byteLength(key) > maxKeyBytes
    ? `its key is longer than ${maxKeyBytes} bytes`
    : undefined;
  if (reason === undefined) return;
  const shown = `${key.slice(0, 32)}${key.length > 32 ? "…" : ""}`;
  throw new InvalidCacheEntryError(`${reason}: key "${shown}"`, { code: "cache_key_invalid" });
}

/**
 * When a value that is set now is forgotten.
 *
 * @param ttlMs For how long it is wanted; `undefined` for ever.
 * @returns Whole epoch milliseconds; `null` for never.
 * @throws {InvalidCacheEntryError} If the time is not a positive number.
 */
export function toExpiresAtMs(
  ttlMs: number | undefined,
  { nowMs, limits }: { readonly nowMs: number; readonly limits: CacheLimits },
): number | null {
  if (ttlMs === undefined) return null;
  if (ttlMs > 0) return nowMs + Math.ceil(Math.min(ttlMs, limits.maxTtlMs));
  throw new InvalidCacheEntryError(`its time to live is not a positive number: ttlMs "${ttlMs}"`, {
    code: "cache_ttl_invalid",
  });
}

/**
 * Refuse a change that cannot come from a node in order.
 *
 * @throws {CacheChangeRefusedError} If its version or expiry makes no sense or is too far ahead.
 */
export function checkChange(
  { version, expiresAtMs }: CacheChange,
  { nowMs, limits }: { readonly nowMs: number; readonly limits: CacheLimits },
): void {
  const { atMs, peerId } = version;
  if (!isTime(atMs)) throw invalid("its version is not dated in whole milliseconds", "atMs", atMs);
  if (expiresAtMs !== null && !isTime(expiresAtMs)) {
    throw invalid("its expiry is not in whole milliseconds", "expiresAtMs", expiresAtMs);
  }
  if (peerId === "" || peerId.length > MAX_PEER_ID_LENGTH || !peerId.isWellFormed()) {
    throw invalid("its version names no node", "peerId", peerId.slice(0, 32));
  }
  if (atMs <= nowMs + limits.maxAheadMs) return;
  throw new CacheChangeRefusedError(
    `it is dated more than ${limits.maxAheadMs} ms ahead of this node's clock: atMs "${atMs}"`,
    { code: "cache_version_ahead" },
  );
}

function isTime(ms: number): boolean {
  return Number.isSafeInteger(ms) && ms >= 0;
}

function invalid(reason: string, member: string, value: unknown): CacheChangeRefusedError {
  return new CacheChangeRefusedError(`${reason}: ${member} "${value}"`, {
    code: "cache_change_invalid",
  });
}
