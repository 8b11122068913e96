import { AppError } from "../error/mod.ts";

/** A text is not an address that this network can use. */
export class InvalidMultiaddrError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "InvalidMultiaddrError";
  /** `invalid_multiaddr`. */
  readonly code = "invalid_multiaddr";

  /**
   * Creates the error.
   *
   * @param multiaddr The text.
   * @param reason What is wrong with it.
   * @param cause The error that showed it.
   */
  constructor(readonly multiaddr: string, reason: string, cause?: unknown) {
    super(`Cannot use address as ${reason}: multiaddr "${multiaddr}"`, {
      cause,
      hint: "An address looks like /ip4/192.0.2.1/tcp/9710/p2p/12D3KooW...",
    });
  }
}

/** More about a {@linkcode PeerUnreachableError}. */
export interface PeerUnreachableOptions {
  /** The error that showed it. */
  readonly cause?: unknown;
  /** What to do. @default to look for what most often is the matter */
  readonly hint?: string | undefined;
}

const NOT_REACHED_HINT = "Check that the other node runs, that the address is one it listens on, " +
  "and that no firewall is between";

/** A peer did not answer, or someone else answered in its place. */
export class PeerUnreachableError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "PeerUnreachableError";
  /** `peer_unreachable`. */
  readonly code = "peer_unreachable";

  /**
   * Creates the error.
   *
   * @param target The address or peer id that was asked for.
   * @param reason What happened.
   * @param options What showed it, and what to do.
   */
  constructor(readonly target: string, reason: string, options: PeerUnreachableOptions = {}) {
    const { cause, hint = NOT_REACHED_HINT } = options;
    super(`Cannot reach peer as ${reason}: peer "${target}"`, { cause, hint });
  }
}

/** Nobody has told this node where the peer is. */
export class PeerUnknownError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "PeerUnknownError";
  /** `peer_unknown`. */
  readonly code = "peer_unknown";

  /**
   * Creates the error.
   *
   * @param peerId The peer that was asked for.
   */
  constructor(readonly peerId: string) {
    super(`Cannot reach peer as no address is known for it: peer "${peerId}"`, {
      hint: "Give its address, or wait until discovery has found it",
    });
  }
}

/** The peer is there but does not speak the protocol. */
export class ProtocolUnsupportedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "ProtocolUnsupportedError";
  /** `protocol_unsupported`. */
  readonly code = "protocol_unsupported";

  /**
   * Creates the error.
   *
   * @param peerId The peer.
   * @param protocol The protocol that was asked for.
   * @param cause The error that showed it.
   */
  constructor(readonly peerId: string, readonly protocol: string, cause?: unknown) {
    super(
      `Cannot open stream as the peer does not serve the protocol: peer "${peerId}", ` +
        `protocol "${protocol}"`,
      { cause },
    );
  }
}

/** The other side, or the connection under it, ended a stream before its time. */
export class StreamResetError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "StreamResetError";
  /** `stream_reset`. */
  readonly code = "stream_reset";

  /**
   * Creates the error.
   *
   * @param peerId The peer at the other end.
   * @param protocol The stream's protocol.
   * @param options What happened and the error that showed it.
   */
  constructor(readonly peerId: string, readonly protocol: string, options: StreamResetOptions) {
    super(
      `Cannot go on with stream as ${options.reason}: peer "${peerId}", protocol "${protocol}"`,
      { cause: options.cause },
    );
  }
}

/** What may be said about a reset. */
export interface StreamResetOptions {
  /** What happened. */
  readonly reason: string;
  /** The error that showed it. */
  readonly cause?: unknown;
}

/** The node has been closed. */
export class NetworkClosedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "NetworkClosedError";
  /** `network_closed`. */
  readonly code = "network_closed";

  /**
   * Creates the error.
   *
   * @param peerId The node.
   */
  constructor(readonly peerId: string) {
    super(`Cannot use network as its node is closed: node "${peerId}"`);
  }
}

/** The node could not listen where it was told to. */
export class ListenError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "ListenError";
  /** `p2p_listen_failed`. */
  readonly code = "p2p_listen_failed";

  /**
   * Creates the error.
   *
   * @param multiaddrs The addresses.
   * @param options What happened and what to do.
   */
  constructor(readonly multiaddrs: readonly string[], options: ListenErrorOptions) {
    super(`Cannot listen for peers as ${options.reason}: address "${multiaddrs.join(", ")}"`, {
      cause: options.cause,
      hint: options.hint,
    });
  }
}

/** What may be said about a failure to listen. */
export interface ListenErrorOptions {
  /** What happened. */
  readonly reason: string;
  /** What to do about it. */
  readonly hint?: string | undefined;
  /** The error that showed it. */
  readonly cause?: unknown;
}

/** The file with the node's key cannot be read or written. */
export class IdentityUnreadableError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "IdentityUnreadableError";
  /** `identity_unreadable`. */
  readonly code = "identity_unreadable";

  /**
   * Creates the error.
   *
   * @param path The file.
   * @param cause The error of the file system.
   */
  constructor(readonly path: string, cause: unknown) {
    super(`Cannot load node identity as its file is not accessible: path "${path}"`, {
      cause,
      hint: "Give the user that runs the node read and write access to the file and its directory",
    });
  }
}

/** The file with the node's key holds something else. */
export class IdentityInvalidError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "IdentityInvalidError";
  /** `identity_invalid`. */
  readonly code = "identity_invalid";

  /**
   * Creates the error.
   *
   * @param path The file.
   * @param cause The error that showed it.
   */
  constructor(readonly path: string, cause?: unknown) {
    super(`Cannot load node identity as its file does not hold an Ed25519 key: path "${path}"`, {
      cause,
      hint: "Restore the file from a backup, or remove it to start with a new peer id",
    });
  }
}

/** The announce file cannot be written or removed. */
export class AnnounceFileError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "AnnounceFileError";
  /** `announce_file_failed`. */
  readonly code = "announce_file_failed";

  /**
   * Creates the error.
   *
   * @param path The file.
   * @param cause The error of the file system.
   */
  constructor(readonly path: string, cause: unknown) {
    super(`Cannot announce node as its file is not accessible: path "${path}"`, {
      cause,
      hint: "Choose another path for the announce file, or switch it off",
    });
  }
}

/** What should be a signed peer record is none, or is not signed by the peer it is about. */
export class InvalidPeerRecordError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "InvalidPeerRecordError";
  /** `peer_record_invalid`. */
  readonly code = "peer_record_invalid";

  /**
   * Creates the error.
   *
   * @param reason What is wrong with it.
   * @param cause The error that showed it.
   */
  constructor(readonly reason: string, cause?: unknown) {
    super(`Cannot use signed peer record as ${reason}`, { cause });
  }
}

/** What should be the key of a private swarm is none. */
export class SwarmKeyInvalidError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "SwarmKeyInvalidError";
  /** `swarm_key_invalid`. */
  readonly code = "swarm_key_invalid";

  /**
   * Creates the error.
   *
   * @param reason What is wrong with it; never the key.
   */
  constructor(readonly reason: string) {
    super(`Cannot use swarm key as ${reason}`, {
      hint:
        "A key file has three lines: /key/swarm/psk/1.0.0/, /base16/, and 64 hexadecimal digits",
    });
  }
}
