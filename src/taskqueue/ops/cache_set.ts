import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import { textOf } from "../protocol/coerce.ts";
import {
  assertOwnChange,
  cacheFor,
  type ChangeRequest,
  expiresAtMsOf,
  parseChange,
  ttlMsOf,
} from "./cache.ts";
import type { Op } from "./op.ts";

/** A value to keep. */
export interface CacheSetRequest extends ChangeRequest {
  readonly value: JsonValue;
  readonly ttlMs: number | undefined;
  /** For a change that was handed on. */
  readonly expiresAtMs: number | null;
  readonly sha256: string | undefined;
}

/** Keeps a value under a key. A change that was handed on has a version, and may be out of date. */
export const cacheSet: Op<CacheSetRequest> = {
  names: ["cache.set", "cache_set"],
  role: "cache",

  parse: (message) => ({
    ...parseChange(message),
    value: message["value"] ?? null,
    ttlMs: ttlMsOf(message["ttl_s"]),
    expiresAtMs: expiresAtMsOf(message),
    sha256: textOf(message, "sha256") || undefined,
  }),

  async run(request, services, { peerId }): Promise<JsonObject> {
    const { key, value, version, ttlMs, expiresAtMs, sha256, isReplicated } = request;
    const cache = cacheFor(key, services);
    assertOwnChange(request, peerId);
    if (version !== undefined) {
      return { key, applied: await cache.apply({ key, value, expiresAtMs, version, sha256 }) };
    }
    await cache.set(key, value, { ttlMs, replicate: isReplicated });
    return { key };
  },
};
