/**
 * The peer-to-peer network: its port, its errors, the announce file, and who may use a node. The
 * adapters have doors of their own: `libp2p/mod.ts`, and `memory/mod.ts` for tests.
 *
 * @module
 */

export type {
  DiscoveredPeer,
  DiscoverOptions,
  DiscoveryHealth,
  DiscoveryReport,
  HandleOptions,
  Network,
  OpenStreamOptions,
  PeerConnection,
  PeerTarget,
  Reachability,
  ReachableAddress,
  Stream,
  StreamHandler,
  StreamOptions,
} from "./network.ts";
export {
  AnnounceFileError,
  IdentityInvalidError,
  IdentityUnreadableError,
  InvalidMultiaddrError,
  InvalidPeerRecordError,
  ListenError,
  type ListenErrorOptions,
  NetworkClosedError,
  PeerUnknownError,
  PeerUnreachableError,
  type PeerUnreachableOptions,
  ProtocolUnsupportedError,
  StreamResetError,
  type StreamResetOptions,
  SwarmKeyInvalidError,
} from "./errors.ts";
export type { AnnouncedAddressOptions, Announcement, FoundAnnouncement } from "./announce.ts";
export {
  type Authorization,
  type Authorizer,
  type AuthorizerOptions,
  createAuthorizer,
  type Credentials,
} from "./trust/authorizer.ts";
export { type AllowedPeer, parseAllowedPeer } from "./trust/allowed_peer.ts";
export type { ConnectionPolicy } from "./conduct/connection_policy.ts";
export type { Offence } from "./conduct/offence.ts";
export type { Refusal } from "./conduct/refusal.ts";
export { type ConnectionPolicyOptions, createConnectionPolicy } from "./trust/connection_policy.ts";
export { TrustListError, type TrustListErrorOptions, TrustListFullError } from "./trust/errors.ts";
export { followRevocations, type FollowRevocationsDeps } from "./trust/follow_revocations.ts";
export { openTrustList, type OpenTrustListOptions } from "./trust/open_trust_list.ts";
export { isRole, MEMBER_ROLES, type Role, ROLES } from "./trust/role.ts";
export type { TrustChange, TrustedPeer, TrustList, TrustRequest } from "./trust/trust_list.ts";
export type {
  DiscoverableSelf,
  DiscoveryContext,
  DiscoveryMethod,
  FoundPeer,
  Reach,
} from "./discovery/discovery_method.ts";
export {
  type AnnounceFileOptions,
  type AnnounceLocationOptions,
  createAnnounceFile,
  listAnnounceLocations,
} from "./discovery/announce_file.ts";
export {
  type AnnouncedNode,
  type AnnouncedNodes,
  findAnnouncedNodes,
  type StaleNode,
} from "./discovery/find_announced_nodes.ts";
export { createTrustedPeers } from "./discovery/trusted_peers.ts";
export { peerIdOfAddress, toPeerAddress } from "./discovery/peer_address.ts";
export { PUBLIC_BOOTSTRAP } from "./discovery/bootstrap.ts";
export type { Dht, DhtEntry, DhtPeer, DhtRecord } from "./discovery/dht/dht.ts";
export {
  type DnsaddrOptions,
  isDnsaddr,
  resolveDnsaddr,
  type ResolveTxt,
} from "./discovery/dnsaddr.ts";
export { systemTxtResolver } from "./discovery/system_txt_resolver.ts";
export type { PeerRecord, PeerRecordCodec } from "./discovery/peer_record_codec.ts";
