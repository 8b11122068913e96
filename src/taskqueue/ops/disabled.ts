import { InvalidRequestError } from "../protocol/errors.ts";
import type { Op } from "./op.ts";

/** Operations of Python peers that this node does not offer, each refused with its own code. */
export const disabledTools: Op<never> = refuse(
  "tools_disabled",
  ["tool", "call_tool", "tool.call"],
);

/** The shared cache. */
export const disabledCache: Op<never> = refuse("cache_disabled", [
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
]);

function refuse(code: string, names: readonly string[]): Op<never> {
  return {
    names,
    parse() {
      throw new InvalidRequestError(code, "this node does not offer the operation");
    },
    run: () => ({}),
  };
}
