import { preSharedKey } from "@libp2p/pnet";
import type { NodeFeatures } from "./node_features.ts";

/** Let nobody connect who has not the key of a private swarm, as its file holds it. */
export function protectBySwarmKey(key: Uint8Array): NodeFeatures {
  return { connectionProtector: preSharedKey({ psk: key }) };
}
