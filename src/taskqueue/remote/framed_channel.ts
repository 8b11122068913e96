import { FrameTooLargeError, type JsonObject } from "../../codec/mod.ts";
import type { PeerTarget } from "../../network/mod.ts";
import {
  MalformedMessageError,
  type RpcClient,
  RpcClosedError,
  RpcRefusedError,
  RpcTimeoutError,
} from "../../rpc/mod.ts";
import { InvalidTaskError, PeerProtocolError, PeerTimeoutError, RemoteError } from "../errors.ts";
import { type PeerChannel, type Reply, type RequestOptions, toName } from "./peer_channel.ts";

/** Name of the tool that stands for the queue and the cache. */
const TOOL = "task_queue.rpc";

/**
 * The framed protocol: all requests to a peer share one stream.
 *
 * @throws {RpcUnsupportedError} From `request`, if the peer does not speak it.
 */
export function createFramedChannel(rpc: RpcClient, target: PeerTarget): PeerChannel {
  return {
    async request(message: JsonObject, options: RequestOptions): Promise<Reply> {
      try {
        const answer = await rpc.call(target, { name: TOOL, args: message }, options);
        return { message: answer.content, peerId: answer.peerId };
      } catch (error) {
        throw toQueueError(error, { op: String(message["op"]), peerId: toName(target) });
      }
    },
  };
}

/** JSON-RPC's code for a request that was not looked at as there are too many. */
const RATE_LIMITED = -32010;

function toQueueError(error: unknown, asked: { op: string; peerId: string }): unknown {
  if (error instanceof RpcTimeoutError) {
    return new PeerTimeoutError(error.limitMs, { ...asked, cause: error });
  }
  if (error instanceof RpcClosedError) {
    return new PeerProtocolError("closed", { ...asked, cause: error });
  }
  if (error instanceof MalformedMessageError) {
    return new PeerProtocolError("invalid_reply", { ...asked, cause: error });
  }
  if (error instanceof RpcRefusedError) {
    const code = error.rpcCode === RATE_LIMITED ? "rate_limited" : error.remoteCode;
    return new RemoteError({ code, ...asked });
  }
  if (error instanceof FrameTooLargeError) {
    const reason = `its request is longer than ${error.maxBytes} bytes: bytes "${error.sizeBytes}"`;
    return new InvalidTaskError(asked.op, reason);
  }
  return error;
}
