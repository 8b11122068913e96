/**
 * Finding peers in a distributed hash table. The table itself belongs to the network's adapter.
 *
 * @module
 */

export type { Dht, DhtEntry, DhtPeer, DhtRecord } from "./dht.ts";
export { createDht, type DhtOptions } from "./create_dht.ts";
export { DhtUnansweredError } from "./errors.ts";
