import type {
  CircuitRelayServerComponents,
  CircuitRelayTransportComponents,
} from "@libp2p/circuit-relay-v2";
import type { DCUtRServiceComponents } from "@libp2p/dcutr";
import type { Libp2p } from "@libp2p/interface";

/** The inner parts of a node, for what is added to it when it is there. */
export type NodeComponents =
  & CircuitRelayServerComponents
  & CircuitRelayTransportComponents
  & DCUtRServiceComponents;

/** The inner parts of a node. libp2p has them public, and leaves them out of its interface. */
export function componentsOf(node: Libp2p): NodeComponents {
  return (node as Libp2p & { readonly components: NodeComponents }).components;
}
