import type { JsonObject } from "../codec/mod.ts";
import type { PeerTarget } from "../network/mod.ts";

/** Calls tools of peers over one long-lived stream for each peer. */
export interface RpcClient extends AsyncDisposable {
  /**
   * Call a tool, such as `task_queue.rpc`.
   *
   * @throws {RpcUnsupportedError} If the peer does not speak the protocol.
   * @throws {RpcRefusedError} If it answers with a JSON-RPC error.
   * @throws {RpcClosedError} If it hangs up without an answer.
   * @throws {RpcTimeoutError} If it does not answer in time.
   * @throws {PeerUnreachableError} If it cannot be reached.
   */
  call(target: PeerTarget, call: RpcCall, options: RpcCallOptions): Promise<RpcAnswer>;
}

/** A call of a tool. */
export interface RpcCall {
  /** Name of the tool. */
  readonly name: string;
  /** Its arguments. */
  readonly args: JsonObject;
}

/** Options of {@linkcode RpcClient.call}. */
export interface RpcCallOptions {
  /** Given up after this time, in which case the peer is told; milliseconds. */
  readonly timeoutMs: number;
  /** Told of what the peer sends before its answer. */
  readonly onEvent?: ((event: JsonObject) => void) | undefined;
  /** Gives up; the peer is told. */
  readonly signal?: AbortSignal | undefined;
}

/** An answer. */
export interface RpcAnswer {
  /** What the tool returned: the member `content` of the result. */
  readonly content: JsonObject;
  /** Who answered, as the handshake has proven. */
  readonly peerId: string;
}
