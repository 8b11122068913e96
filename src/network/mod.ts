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
  ProtocolUnsupportedError,
  StreamResetError,
  type StreamResetOptions,
} from "./errors.ts";
export {
  type AnnouncedAddressOptions,
  type Announcement,
  chooseAnnouncedMultiaddr,
  type FoundAnnouncement,
  readAnnounceFile,
  removeAnnounceFile,
  writeAnnounceFile,
} from "./announce.ts";
export {
  type Authorization,
  type Authorizer,
  type AuthorizerOptions,
  createAuthorizer,
  type Credentials,
} from "./trust/authorizer.ts";
export type { ConnectionPolicy, Offence, Refusal } from "./trust/conduct.ts";
export { hasRole, isRole, MEMBER_ROLES, type Role, ROLES } from "./trust/role.ts";
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
export { PUBLIC_BOOTSTRAP } from "./discovery/bootstrap.ts";
export type { Dht, DhtPeer } from "./discovery/dht/dht.ts";
export type { ResolveTxt } from "./discovery/dnsaddr.ts";
export type { PeerRecord, PeerRecordCodec } from "./discovery/peer_record_codec.ts";
