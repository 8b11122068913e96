import { z } from "zod";
import type { PeerLink } from "./neighbourhood.ts";

/** A connection as tools show it. */
export interface LinkRow {
  /** Who is at the other end. */
  readonly "peer_id": string;
  /** The other end's address. */
  readonly multiaddr: string;
  /** Which side made it. */
  readonly direction: "inbound" | "outbound";
  /** Whether it goes through a relay. */
  readonly relayed: boolean;
  /** Seconds since the epoch. */
  readonly "opened_at": number;
  /** How many streams are open on it. */
  readonly streams: number;
}

/** Shape of a {@linkcode LinkRow}. */
export const linkSchema: z.ZodType<LinkRow> = z.lazy(() =>
  z.object({
    "peer_id": z.string(),
    multiaddr: z.string().describe(
      "The other end's address; of an inbound connection, no listener.",
    ),
    direction: z.enum(["inbound", "outbound"]),
    relayed: z.boolean().describe("Whether it goes through a relay, with limits of time and size."),
    "opened_at": z.number().describe("Seconds since the epoch."),
    streams: z.number(),
  })
);

/**
 * A connection as tools show it.
 *
 * @param link The connection.
 * @returns Its row.
 */
export function toLinkRow(link: PeerLink): LinkRow {
  return {
    "peer_id": link.peerId,
    multiaddr: link.multiaddr,
    direction: link.direction,
    relayed: link.isRelayed,
    "opened_at": link.openedAtMs / 1000,
    streams: link.streams,
  };
}
