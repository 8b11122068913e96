import { kadDHT } from "@libp2p/kad-dht";
import type { Libp2p } from "@libp2p/interface";
import type { Dht } from "../../discovery/dht/dht.ts";
import type { NodeFeatures } from "../node_features.ts";
import type { KadOptions } from "./kad_options.ts";

/** A node's part in a distributed hash table. */
export interface Kad {
  readonly features: NodeFeatures;
  /** The table, once the node is there. */
  open(node: Libp2p): Dht;
}

/** Prepare to take part in a distributed hash table. */
export function createKad({ protocol = "/mcpp/kad/1.0.0", isClient = false }: KadOptions): Kad {
  // libp2p types services as if each could do with any components.
  const createService: unknown = kadDHT({ protocol, clientMode: isClient });
  return {
    features: { services: { dht: createService as NonNullable<NodeFeatures["services"]>[string] } },
    open: () => {
      throw new TypeError("Cannot open table");
    },
  };
}
