import { InvalidRequestError } from "../protocol/errors.ts";
import type { Op } from "./op.ts";

/** The shared cache of Python peers, which this node does not have. */
export const disabledCache: Op<never> = {
  names: [
    "cache",
    "cache.get",
    "cache_get",
    "cache.has",
    "cache_has",
    "cache.set",
    "cache_set",
    "cache.delete",
    "cache_del",
    "cache_delete",
  ],
  parse() {
    throw new InvalidRequestError("cache_disabled", "this node has no shared cache");
  },
  run: () => ({}),
};
