import { AppError } from "../../../error/mod.ts";
import type { Offence } from "../../conduct/offence.ts";

/** A text is not the code of an invitation. */
export class InviteInvalidError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "InviteInvalidError";
  /** `invite_invalid`. */
  readonly code = "invite_invalid";

  /**
   * Creates the error. The code is not in it: most of it may be right.
   *
   * @param reason What is wrong with it.
   */
  constructor(readonly reason: string) {
    super(`Cannot read code of invitation as ${reason}`, {
      hint: "A code has 20 characters in groups of 5; compare it with what the other machine shows",
    });
  }
}

/** Why a node does not accept an invitation of its own. */
export type InviteRefusalCode =
  | "invite_expired"
  | "invite_used"
  | "invite_cancelled"
  | "invite_refused";

const REASONS: Readonly<Record<InviteRefusalCode, string>> = {
  "invite_expired": "the invitation has expired",
  "invite_used": "the invitation was used already",
  "invite_cancelled": "the invitation was cancelled",
  "invite_refused": "the other node does not let this one in",
};

/** The node that has made an invitation does not accept it. */
export class InviteRefusedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "InviteRefusedError";

  /**
   * Creates the error.
   *
   * @param code Why.
   * @param peerId The node, which has proven that the invitation is its own.
   */
  constructor(override readonly code: InviteRefusalCode, readonly peerId: string) {
    super(`Cannot join as ${REASONS[code]}: peer "${peerId}"`, {
      hint: code === "invite_refused"
        ? "It may have revoked its trust in this node; mcpp peers trust there takes that back"
        : "Ask for a new one: mcpp invite on the other machine",
    });
  }
}

/** Nobody who was asked knows the invitation. */
export class InviteNotFoundError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "InviteNotFoundError";
  /** `invite_not_found`. */
  readonly code = "invite_not_found";

  /**
   * Creates the error.
   *
   * @param options Who was asked, and what went wrong.
   */
  constructor(options: InviteNotFoundOptions) {
    const { askedPeerIds, cause } = options;
    super(`Cannot join as ${toNotFoundReason(options)}`, { cause, hint: toNotFoundHint(options) });
    this.askedPeerIds = askedPeerIds;
  }

  /** The peers that have answered, and do not know it. */
  readonly askedPeerIds: readonly string[];
}

/** What may be said when an invitation was not found. */
export interface InviteNotFoundOptions {
  /** The peers that have answered, and do not know it. */
  readonly askedPeerIds: readonly string[];
  /** The only address that was tried. @default {undefined} everybody who was found */
  readonly at?: string | undefined;
  /** The last thing that went wrong. */
  readonly cause?: unknown;
}

function toNotFoundReason({ askedPeerIds, at }: InviteNotFoundOptions): string {
  if (at !== undefined) return `the node there does not know the invitation: multiaddr "${at}"`;
  const { length } = askedPeerIds;
  if (length === 0) return "no other node was found";
  return length === 1
    ? `the one node that was found does not know the invitation: peer "${askedPeerIds[0]}"`
    : `none of the ${length} nodes that were found knows the invitation`;
}

function toNotFoundHint({ askedPeerIds, at }: InviteNotFoundOptions): string {
  if (at === undefined && askedPeerIds.length === 0) {
    return "Check that a node runs on the other machine, or give its address with --at";
  }
  const check = "Check the code and that the node that has made it runs; mcpp invite list there " +
    "shows what is open";
  // It may be one of those that were not found.
  return at === undefined ? `${check}; or give that node's address with --at` : check;
}

/** The invitation is this node's own. */
export class OwnInviteError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "OwnInviteError";
  /** `invite_own`. */
  readonly code = "invite_own";

  /** Creates the error. */
  constructor() {
    super("Cannot join as this machine has made the invitation itself", {
      hint: "Use the code on the other machine, or give this node its own --data-dir",
    });
  }
}

/** What the other side sends makes no sense, or does not prove what it has to. */
export class InviteProtocolError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "InviteProtocolError";
  /** `invite_protocol_error`. */
  readonly code = "invite_protocol_error";

  /**
   * Creates the error.
   *
   * @param peerId The other side.
   * @param reason What is wrong.
   * @param options Whether that is an offence, and the error that showed it.
   */
  constructor(
    readonly peerId: string,
    readonly reason: string,
    options: InviteProtocolErrorOptions = {},
  ) {
    super(`Cannot go on with invitation as ${reason}: peer "${peerId}"`, { cause: options.cause });
    this.offence = options.offence;
  }

  /** What the other side has done wrong; `undefined` if it may have had its reasons. */
  readonly offence: Offence | undefined;
}

/** What may be said about a failed exchange. */
export interface InviteProtocolErrorOptions {
  /** What the other side has done wrong. @default {undefined} nothing */
  readonly offence?: Offence | undefined;
  /** The error that showed it. */
  readonly cause?: unknown;
}

/** The invitations of this node cannot be read or written. */
export class InviteStoreError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "InviteStoreError";
  /** `invite_store_unusable`. */
  readonly code = "invite_store_unusable";

  /**
   * Creates the error.
   *
   * @param path The file.
   * @param reason What is wrong with it.
   * @param cause The error that showed it.
   */
  constructor(readonly path: string, reason: string, cause?: unknown) {
    super(`Cannot use invitations as ${reason}: path "${path}"`, {
      cause,
      hint: "Give this user read and write access to the file and its directory; " +
        "if it is damaged, remove it, which cancels all invitations",
    });
  }
}

/** There are too many open invitations. */
export class TooManyInvitesError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "TooManyInvitesError";
  /** `too_many_invites`. */
  readonly code = "too_many_invites";

  /**
   * Creates the error.
   *
   * @param maxOpen How many may be open.
   */
  constructor(maxOpen: number) {
    super(`Cannot invite as too many invitations are open: limit ${maxOpen}`, {
      hint: "Cancel some with mcpp invite cancel, or wait until they expire",
    });
  }
}

/** There is no open invitation like that. */
export class InviteUnknownError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "InviteUnknownError";
  /** `invite_unknown`. */
  readonly code = "invite_unknown";

  /**
   * Creates the error.
   *
   * @param id What was given for it.
   */
  constructor(readonly id: string) {
    super(`Cannot cancel invitation as no open one has this id: id "${id}"`, {
      hint: "mcpp invite list shows them",
    });
  }
}
