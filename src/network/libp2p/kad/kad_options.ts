/** Which distributed hash table a node takes part in, and how. */
export interface KadOptions {
  /**
   * The protocol of the table: peers of another one are in another table. The public one is
   * `/ipfs/kad/1.0.0`.
   *
   * @default {"/mcpp/kad/1.0.0"}
   */
  readonly protocol?: string | undefined;
  /** Whether it only asks, as a node should that others cannot dial. @default {false} */
  readonly isClient?: boolean | undefined;
}
