/**
 * The peer-to-peer network: its port, its errors, the announce file, and who may use a node. The
 * adapters have doors of their own: `libp2p/mod.ts`, and `memory/mod.ts` for tests.
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
