import type { JsonObject } from "../../codec/mod.ts";
import type { PeerTarget } from "../../network/mod.ts";

/** A way to a peer's queue and cache: one wire protocol. */
export interface PeerChannel {
  /**
   * Send one request and wait for its reply, whether that is a refusal or not.
   *
   * @throws {PeerProtocolError} If the peer did not keep to the protocol.
   * @throws {PeerTimeoutError} If it did not answer in time.
   * @throws {InvalidTaskError} If the request is too long to be sent.
   */
  request(message: JsonObject, options: RequestOptions): Promise<Reply>;
}

/** How a request is sent. */
export interface RequestOptions {
  /** Gives up after this time. */
  readonly timeoutMs: number;
  /** Told of what the peer sends before its reply. */
  readonly onEvent?: ((event: JsonObject) => void) | undefined;
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/** What a peer replied. */
export interface Reply {
  /** The reply; a refusal if its `ok` is not `true`. */
  readonly message: JsonObject;
  /** Who answered, as the handshake has proven. */
  readonly peerId: string;
}

/** What names a peer before its id is known. */
export function toName(target: PeerTarget): string {
  return "multiaddr" in target ? target.multiaddr : target.peerId;
}

/** The id that a target says its peer has, if it does. */
export function idOf(target: PeerTarget): string | undefined {
  if ("peerId" in target) return target.peerId;
  return /\/p2p\/([^/]+)$/.exec(target.multiaddr)?.[1];
}
