/** Which distributed hash table a node takes part in, and how. */
export interface KadOptions {
  /**
   * `private`: that of the nodes of this program (`/mcpp/kad/1.0.0`); it keeps signed records, and
   * addresses of local networks count. `public`: that of the public libp2p network
   * (`/ipfs/kad/1.0.0`).
   *
   * @default {"private"}
   */
  readonly kind?: "private" | "public" | undefined;
  /**
   * Whether it only asks, and keeps nothing for others. In the public table a node never does more.
   *
   * @default {false}
   */
  readonly isClient?: boolean | undefined;
}
