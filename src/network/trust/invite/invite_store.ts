import type { Role } from "../role.ts";

/** An invitation, without what proves it. */
export interface Invite {
  /** Names it; in hexadecimal. */
  readonly id: string;
  /** What whoever joins may do. */
  readonly roles: readonly Role[];
  /** What a person calls whoever joins. */
  readonly name?: string | undefined;
  /** Since when it exists, in milliseconds since the Unix epoch. */
  readonly createdMs: number;
  /** Until when it is good, in milliseconds since the Unix epoch. */
  readonly expiresMs: number;
  /** Who has used it. */
  readonly usedBy?: string | undefined;
  /** Whether it was cancelled. */
  readonly isCancelled: boolean;
}

/** An invitation with what proves it. */
export interface KeyedInvite extends Invite {
  /** The key of the proofs. */
  readonly key: Uint8Array;
}

/** What is to be invited to. */
export interface InviteRequest {
  /** What whoever joins may do. At least one. */
  readonly roles: readonly Role[];
  /** How long the invitation is good, in milliseconds. */
  readonly lifetimeMs: number;
  /** What a person calls whoever joins. @default {undefined} nothing */
  readonly name?: string | undefined;
}

/** An invitation that was just made, with the code that is shown this one time. */
export interface CreatedInvite {
  /** The invitation. */
  readonly invite: Invite;
  /** What the other side has to know. It is kept nowhere. */
  readonly code: string;
}

/** What a peer that has proven to have the code gets of an invitation. */
export type Taken =
  /** It is this peer's now. */
  | "taken"
  /** It was this peer's already: the answer to its first attempt may have been lost. */
  | "again"
  /** Too late. */
  | "expired"
  | "used"
  | "cancelled";

/**
 * The invitations of a node, kept in its data directory. Several processes use them: a command makes
 * them, and the running node gives them out.
 */
export interface InviteStore {
  /**
   * Make an invitation.
   *
   * @throws {RangeError} If it has no role or no lifetime.
   * @throws {TooManyInvitesError} If too many are open.
   * @throws {InviteStoreError} If it cannot be kept.
   */
  create(request: InviteRequest): Promise<CreatedInvite>;
  /** All that are kept, oldest first: those that are open, and for a while those that are not. */
  list(): Promise<readonly Invite[]>;
  /** One of them; `undefined` if there is none with this id. */
  find(id: string): Promise<KeyedInvite | undefined>;
  /** Use one. Of several peers that try at once, exactly one is told `taken`. */
  take(id: string, peerId: string): Promise<Taken>;
  /** Open one again that a peer has taken, as nothing came of it. */
  giveBack(id: string, peerId: string): Promise<void>;
  /**
   * Let nobody use one any more.
   *
   * @param id Its id, or the beginning of it.
   * @throws {InviteUnknownError} If no open one, or more than one, has this id.
   */
  cancel(id: string): Promise<Invite>;
}

/**
 * What has become of an invitation.
 *
 * @param invite The invitation.
 * @param nowMs The present time, in milliseconds since the Unix epoch.
 */
export function stateOf(
  { usedBy, isCancelled, createdMs, expiresMs }: Invite,
  nowMs: number,
): "open" | "used" | "cancelled" | "expired" {
  if (usedBy !== undefined) return "used";
  if (isCancelled) return "cancelled";
  // A clock that was set back would open again what has expired: then it counts both ways.
  return Math.abs(nowMs - createdMs) < expiresMs - createdMs ? "open" : "expired";
}
