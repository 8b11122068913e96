import { z } from "zod";
import type { NodeReachability } from "./neighbourhood.ts";

/** Whether others can reach a node, as tools show it. */
export interface ReachabilityRow {
  /** Whether others have dialled it from outside; `unknown` if nobody has tried yet. */
  readonly status: "public" | "private" | "unknown";
  /** Its addresses, the surest first. */
  readonly addresses: readonly {
    /** The address, ending in the node's id. */
    readonly multiaddr: string;
    /** Where it comes from. */
    readonly kind: "listen" | "observed" | "relay" | "configured";
    /** Whether others have been able to dial it. */
    readonly verified: boolean;
  }[];
}

/** Shape of a {@linkcode ReachabilityRow}. */
export const reachabilitySchema: z.ZodType<ReachabilityRow> = z.lazy(() =>
  z.object({
    status: z.enum(["public", "private", "unknown"]).describe(
      "Whether others have dialled this node from outside; unknown: nobody has tried yet.",
    ),
    addresses: z.array(z.object({
      multiaddr: z.string(),
      kind: z.enum(["listen", "observed", "relay", "configured"]),
      verified: z.boolean().describe("Whether others have been able to dial it."),
    })),
  })
);

/**
 * Whether others can reach a node, as tools show it.
 *
 * @param reachability What the node knows.
 * @returns The same, for a result.
 */
export function toReachabilityRow({ status, addresses }: NodeReachability): ReachabilityRow {
  return {
    status,
    addresses: addresses.map(({ multiaddr, kind, isVerified }) => ({
      multiaddr,
      kind,
      verified: isVerified,
    })),
  };
}
