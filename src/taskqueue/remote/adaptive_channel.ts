import type { JsonObject } from "../../codec/mod.ts";
import type { Clock } from "../../concurrency/mod.ts";
import { ProtocolUnsupportedError } from "../../network/mod.ts";
import { RpcUnsupportedError } from "../../rpc/mod.ts";
import type { PeerChannel, Reply, RequestOptions } from "./peer_channel.ts";
import type { PeerRecord } from "./peer_memory.ts";

/** What an adaptive channel is made of. */
export interface AdaptiveChannelDeps {
  readonly framed: PeerChannel;
  readonly line: PeerChannel;
  readonly clock: Clock;
  /** What is known of the peer at present. */
  recall(): PeerRecord;
}

/**
 * The protocol that the peer speaks: the framed one if it can, else lines. Which one is known before
 * anything of the request has been sent, so that no request is sent twice.
 *
 * @throws {ProtocolUnsupportedError} From `request`, if the peer speaks neither.
 */
export function createAdaptiveChannel(deps: AdaptiveChannelDeps): PeerChannel {
  return {
    request(message, options) {
      return deps.recall().isLineOnly
        ? askLineFirst(deps, message, options)
        : askFramedFirst(deps, message, options);
    },
  };
}

async function askFramedFirst(
  deps: AdaptiveChannelDeps,
  message: JsonObject,
  options: RequestOptions,
): Promise<Reply> {
  const startMs = deps.clock.monotonicMs();
  try {
    return await deps.framed.request(message, options);
  } catch (error) {
    if (!(error instanceof RpcUnsupportedError)) throw error;
  }
  const reply = await deps.line.request(message, {
    ...options,
    timeoutMs: leftOf(deps, options, startMs),
  });
  deps.recall().isLineOnly = true;
  return reply;
}

/** A peer that has been updated since is found out at once. */
async function askLineFirst(
  deps: AdaptiveChannelDeps,
  message: JsonObject,
  options: RequestOptions,
): Promise<Reply> {
  const startMs = deps.clock.monotonicMs();
  try {
    return await deps.line.request(message, options);
  } catch (error) {
    if (!(error instanceof ProtocolUnsupportedError)) throw error;
  }
  deps.recall().isLineOnly = false;
  return await deps.framed.request(message, {
    ...options,
    timeoutMs: leftOf(deps, options, startMs),
  });
}

function leftOf({ clock }: AdaptiveChannelDeps, options: RequestOptions, startMs: number): number {
  return Math.max(0, options.timeoutMs - (clock.monotonicMs() - startMs));
}
