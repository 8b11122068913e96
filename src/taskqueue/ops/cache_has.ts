import type { JsonObject } from "../../codec/mod.ts";
import { cacheFor, keyOf } from "./cache.ts";
import type { Op } from "./op.ts";

/** Says whether there is a value under a key. */
export const cacheHas: Op<string> = {
  names: ["cache.has", "cache_has"],
  role: "cache",

  parse: keyOf,

  async run(key, services): Promise<JsonObject> {
    return { key, hit: await cacheFor(key, services).has(key) };
  },
};
