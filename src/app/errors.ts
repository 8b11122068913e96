import { AppError } from "../error/mod.ts";

/** Something needs the peer-to-peer network, which is off. */
export class P2pDisabledError extends AppError {
  /** `P2pDisabledError`. */
  override readonly name = "P2pDisabledError";
  /** `p2p_disabled`. */
  readonly code = "p2p_disabled";

  /** Makes the error. */
  constructor() {
    super("Cannot reach another node as P2P is off on this one", {
      hint: "Start the node without --no-p2p",
    });
  }
}

/** The cache of this node was asked for, which has none. */
export class CacheDisabledError extends AppError {
  /** `CacheDisabledError`. */
  override readonly name = "CacheDisabledError";
  /** `cache_disabled`. */
  readonly code = "cache_disabled";

  /** Makes the error. */
  constructor() {
    super("Cannot use cache as this node has none", { hint: "Start the node with --p2p-cache" });
  }
}

/** A caller from another node tried to act on a third one through this node. */
export class ForwardingRefusedError extends AppError {
  /** `ForwardingRefusedError`. */
  override readonly name = "ForwardingRefusedError";
  /** `forwarding_refused`. */
  readonly code = "forwarding_refused";

  /**
   * Makes the error.
   *
   * @param target The third node.
   */
  constructor(target: string) {
    super(`Cannot reach another node on behalf of a peer: node "${target}"`, {
      hint: "Call that node directly",
    });
  }
}

/** A call names a peer and an address that belongs to another one. */
export class TargetMismatchError extends AppError {
  /** `TargetMismatchError`. */
  override readonly name = "TargetMismatchError";
  /** `target_mismatch`. */
  readonly code = "target_mismatch";

  /**
   * Makes the error.
   *
   * @param multiaddr The address.
   * @param peerId The peer.
   */
  constructor(multiaddr: string, peerId: string) {
    super(
      `Cannot reach peer as the address is another's: address "${multiaddr}", peer "${peerId}"`,
      { hint: "Give either the address or the peer id" },
    );
  }
}

/** The HTTP server would be open to the network, to whoever reaches it. */
export class UnauthenticatedBindError extends AppError {
  /** `UnauthenticatedBindError`. */
  override readonly name = "UnauthenticatedBindError";
  /** `unauthenticated_bind`. */
  readonly code = "unauthenticated_bind";

  /**
   * Makes the error.
   *
   * @param host The address that it would listen on.
   */
  constructor(host: string) {
    super(`Cannot open HTTP server to the network as it asks nobody who they are: host "${host}"`, {
      hint: "Set --http-tokens-file or --oauth-issuer, or say --allow-unauthenticated",
    });
  }
}

/** The settings about who may use the HTTP server make no sense. */
export class AuthSettingsError extends AppError {
  /** `AuthSettingsError`. */
  override readonly name = "AuthSettingsError";
  /** `auth_settings_invalid`. */
  readonly code = "auth_settings_invalid";

  /**
   * Makes the error.
   *
   * @param reason What is wrong.
   * @param options What to do about it.
   */
  constructor(reason: string, options: { readonly hint?: string } = {}) {
    super(`Cannot authenticate clients as ${reason}`, options);
  }
}

/** A worker does not know whose tasks to execute. */
export class NoQueueError extends AppError {
  /** `NoQueueError`. */
  override readonly name = "NoQueueError";
  /** `no_queue`. */
  readonly code = "no_queue";

  /**
   * Makes the error.
   *
   * @param path Where an announcement was looked for.
   */
  constructor(path: string) {
    super(`Cannot find a queue to work for as no node is announced: announce file "${path}"`, {
      hint: "Start a node with mcpp serve, or name one with --peer",
    });
  }
}

/** The configuration wants tasks of a type that the node cannot execute. */
export class NoExecutorError extends AppError {
  /** `NoExecutorError`. */
  override readonly name = "NoExecutorError";
  /** `no_executor`. */
  readonly code = "no_executor";

  /**
   * Makes the error.
   *
   * @param type The wanted type.
   * @param known What the node can execute.
   */
  constructor(type: string, known: readonly string[]) {
    super(`Cannot take tasks of a type as this node has no executor for it: type "${type}"`, {
      hint: `It can execute ${known.join(", ")}; text-generation needs --text-endpoint`,
    });
  }
}

/** This machine's owner was to be shut out of its own node. */
export class OwnerNotRevocableError extends AppError {
  /** `OwnerNotRevocableError`. */
  override readonly name = "OwnerNotRevocableError";
  /** `owner_not_revocable`. */
  readonly code = "owner_not_revocable";

  /**
   * Makes the error.
   *
   * @param peerId The owner.
   */
  constructor(readonly peerId: string) {
    super(`Cannot revoke trust in peer as it is this machine's owner: peer "${peerId}"`, {
      hint:
        "If others may have its key, stop the node and remove worker/identity.key in the data " +
        "directory: the node makes a new one",
    });
  }
}

/** What was given is neither the id of a peer nor an address with one. */
export class InvalidPeerError extends AppError {
  /** `InvalidPeerError`. */
  override readonly name = "InvalidPeerError";
  /** `invalid_peer`. */
  readonly code = "invalid_peer";

  /**
   * Makes the error.
   *
   * @param peer What was given.
   * @param reason What is wrong with it. @default that it is no peer id
   */
  constructor(peer: string, reason: string = "it is no peer id") {
    super(`Cannot tell which peer is meant as ${reason}: peer "${peer}"`, {
      hint: "A peer id looks like 12D3KooW...; mcpp peers trusted lists those that are known " +
        "here, and the other machine shows its own with: mcpp identity show",
    });
  }
}

/** There is no key yet. */
export class NoIdentityError extends AppError {
  /** `NoIdentityError`. */
  override readonly name = "NoIdentityError";
  /** `no_identity`. */
  readonly code = "no_identity";

  /**
   * Makes the error.
   *
   * @param path Where the key would be.
   */
  constructor(path: string) {
    super(`Cannot show identity as this machine has none yet: path "${path}"`, {
      hint: "It gets one with the first mcpp serve, or with: mcpp identity rotate",
    });
  }
}
