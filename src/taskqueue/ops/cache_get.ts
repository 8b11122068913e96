import type { JsonObject } from "../../codec/mod.ts";
import { cacheFor, keyOf } from "./cache.ts";
import type { Op } from "./op.ts";

/** Gives the value under a key; `null` is a value, so `hit` says whether there is one. */
export const cacheGet: Op<string> = {
  names: ["cache.get", "cache_get", "cache"],
  role: "cache",

  parse: keyOf,

  async run(key, services): Promise<JsonObject> {
    const found = await cacheFor(key, services).get(key);
    if (!found.hit) return { key, hit: false, value: null };
    const { value, expiresAtMs, sha256 } = found;
    const expiresAt = expiresAtMs === null ? null : expiresAtMs / 1_000;
    return { key, hit: true, value, "expires_at": expiresAt, sha256 };
  },
};
