import type { JsonObject } from "../../codec/mod.ts";
import {
  assertOwnChange,
  cacheFor,
  type ChangeRequest,
  expiresAtMsOf,
  parseChange,
} from "./cache.ts";
import type { Op } from "./op.ts";

/** A key to forget. */
export interface CacheDeleteRequest extends ChangeRequest {
  /** For a change that was handed on. */
  readonly expiresAtMs: number | null;
}

/** Forgets the value under a key. */
export const cacheDelete: Op<CacheDeleteRequest> = {
  names: ["cache.delete", "cache_delete", "cache_del"],
  role: "cache",

  parse: (message) => ({ ...parseChange(message), expiresAtMs: expiresAtMsOf(message) }),

  async run(request, services, { peerId }): Promise<JsonObject> {
    const { key, version, expiresAtMs, isReplicated } = request;
    const cache = cacheFor(key, services);
    assertOwnChange(request, peerId);
    if (version !== undefined) {
      const applied = await cache.apply({ key, value: undefined, expiresAtMs, version });
      return { key, deleted: applied, applied };
    }
    return { key, deleted: await cache.delete(key, { replicate: isReplicated }) };
  },
};
