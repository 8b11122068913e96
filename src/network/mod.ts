/**
 * The peer-to-peer network: its port, its errors, an in-memory network for tests, the announce
 * file, and who may use a node. The real network is in `libp2p/mod.ts`.
 *
 * @module
 */

export type {
  DiscoveredPeer,
  HandleOptions,
  Network,
  OpenStreamOptions,
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
export {
  MemoryHub,
  type MemoryHubOptions,
  type MemoryNodeOptions,
  type MemoryReachability,
} from "./memory/memory_hub.ts";
