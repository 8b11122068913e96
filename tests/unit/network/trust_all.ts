import type { ConnectionPolicy } from "../../../src/network/mod.ts";

/** For tests that send nonsense on purpose, more than any peer that is not trusted may. */
export const TRUST_ALL: ConnectionPolicy = {
  refusalOf: () => undefined,
  isTrusted: () => true,
};
