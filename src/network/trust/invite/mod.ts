/**
 * Invitations: two nodes that do not know each other come to trust each other by a short code that a
 * person carries from one to the other.
 *
 * @module
 */

export {
  InviteInvalidError,
  InviteNotFoundError,
  type InviteNotFoundOptions,
  InviteProtocolError,
  type InviteProtocolErrorOptions,
  type InviteRefusalCode,
  InviteRefusedError,
  InviteStoreError,
  InviteUnknownError,
  OwnInviteError,
  TooManyInvitesError,
} from "./errors.ts";
export {
  type CreatedInvite,
  type Invite,
  type InviteRequest,
  type InviteStore,
  type KeyedInvite,
  stateOf,
  type Taken,
} from "./invite_store.ts";
export { parseInviteCode } from "./invite_code.ts";
export { join, type JoinedPeer, type JoinOptions } from "./join.ts";
export { DEFAULT_INVITE_LIMITS, type InviteLimits, JOIN_PROTOCOL } from "./limits.ts";
export { openInviteStore, type OpenInviteStoreOptions } from "./open_invite_store.ts";
export { serveInvites, type ServeInvitesDeps } from "./serve_invites.ts";
