/** How a node is reached from networks that cannot dial it directly. */
export interface ReachOptions {
  /** Whether it may be reached through relays, and reaches others through them. @default {true} */
  readonly relayed?: boolean | undefined;
  /** Relays to hold a place at, as multiaddrs; others are used as they are met. @default {[]} */
  readonly relays?: readonly string[] | undefined;
  /** Relay for others, within limits. @default {undefined} no */
  readonly relayServer?: RelayServerOptions | undefined;
  /** Ask others whether they can dial this node, and dial them when they ask. @default {true} */
  readonly autonat?: boolean | undefined;
  /** Try to make relayed connections direct ones. @default {true} */
  readonly holePunch?: boolean | undefined;
  /** Addresses that lead here although nothing here shows it, such as a forwarded port's. @default {[]} */
  readonly announce?: readonly string[] | undefined;
}

/** What a relay gives others. */
export interface RelayServerOptions {
  /** Peers that may hold a place. @default {128} */
  readonly maxReservations?: number | undefined;
  /** A relayed connection is cut after this time. @default {600000} */
  readonly maxDurationMs?: number | undefined;
  /** A relayed connection is cut after so many bytes. @default {16777216} */
  readonly maxBytes?: number | undefined;
}
