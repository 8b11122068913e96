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
export type { ResolveTxt } from "./discovery/dnsaddr.ts";
export type { PeerRecord, PeerRecordCodec } from "./discovery/peer_record_codec.ts";
export {
  createRendezvous,
  type RendezvousOptions,
} from "./discovery/rendezvous/create_rendezvous.ts";
export {
  serveRendezvous,
  type ServeRendezvousDeps,
} from "./discovery/rendezvous/serve_rendezvous.ts";
export type {
  DiscoverMessage,
  DiscoverResponse,
  Outcome,
  RegisterMessage,
  RegisterResponse,
  Registration,
  RendezvousRequest,
  RendezvousResponse,
  RendezvousStatus,
  UnregisterMessage,
} from "./discovery/rendezvous/message.ts";
export { DEFAULT_RENDEZVOUS_LIMITS, type RendezvousLimits } from "./discovery/rendezvous/limits.ts";
export {
  RendezvousPoint,
  type RendezvousPointDeps,
  type RendezvousStatistics,
} from "./discovery/rendezvous/rendezvous_point.ts";
export {
  createGithubRegistry,
  type GithubRegistryOptions,
} from "./discovery/registry/github/github_registry.ts";
export type { RequestPace } from "./discovery/registry/github/open_octokit.ts";
export {
  createSharedDirectory,
  type SharedDirectoryOptions,
} from "./discovery/registry/shared_directory.ts";
