/**
 * The network over libp2p. Importing this loads libp2p; `network/mod.ts` does not.
 *
 * @module
 */

export { createIdentity, type Identity, loadOrCreateIdentity, readIdentity } from "./identity.ts";
export type { KadOptions } from "./kad/kad_options.ts";
export { assertMultiaddr } from "./multiaddr.ts";
export {
  type Libp2pNetworkOptions,
  type NetworkFacilities,
  openLibp2pNetwork,
} from "./open_libp2p_network.ts";
export { createPeerRecordCodec, openPeerRecord } from "./peer_record_codec.ts";
export { type RotatedIdentity, rotateIdentity } from "./rotate_identity.ts";
export type { ReachOptions, RelayServerOptions } from "./reach/reach_options.ts";
