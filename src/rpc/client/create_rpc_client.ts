import {
  type Clock,
  runTaskGroup,
  systemClock,
  type TaskGroup,
  waitForAbort,
} from "../../concurrency/mod.ts";
import type { Network, PeerTarget } from "../../network/mod.ts";
import { RpcClosedError, RpcTimeoutError } from "../errors.ts";
import type { RpcAnswer, RpcCall, RpcCallOptions, RpcClient } from "../rpc_client.ts";
import { CallLimit, Deadlines } from "./call_limit.ts";
import { DEFAULT_RPC_CLIENT_LIMITS, type RpcClientLimits } from "./client_limits.ts";
import { PeerMemory } from "./peer_memory.ts";
import { PeerPool } from "./peer_pool.ts";

/** What {@linkcode createRpcClient} needs. */
export interface RpcClientDeps {
  /** How peers are reached. */
  readonly network: Network;
  /** Who we say we are, to peers that ask. @default {{ name: "mcpp", version: "0.0.0" }} */
  readonly clientInfo?: { readonly name: string; readonly version: string } | undefined;
  /** Limits and durations. @default {DEFAULT_RPC_CLIENT_LIMITS} */
  readonly limits?: Partial<RpcClientLimits> | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/**
 * A client for the tools that peers answer directly, over one stream to each peer.
 *
 * Streams are opened when they are needed, shared by all calls, and closed when they are idle. Calls
 * in excess of what a stream takes use another one, and then wait. A call is sent again only if it
 * certainly was not processed. A peer that wants `initialize` first gets it, and one call at a time
 * on each of a few streams.
 *
 * @param deps The network.
 * @returns The client. Dispose it: calls that are under way fail then, and nothing is left.
 */
export function createRpcClient(deps: RpcClientDeps): RpcClient {
  return new PooledRpcClient(deps);
}

class PooledRpcClient implements RpcClient {
  readonly #network: Network;
  readonly #clientInfo: { readonly name: string; readonly version: string };
  readonly #limits: RpcClientLimits;
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  readonly #memory: PeerMemory;
  readonly #pools = new Map<string, PeerPool>();
  readonly #closing = new AbortController();
  #streams: Streams | undefined;
  // Ids of `initialize` requests are below.
  #lastId = 1;

  constructor(deps: RpcClientDeps) {
    this.#network = deps.network;
    this.#clientInfo = deps.clientInfo ?? { name: "mcpp", version: "0.0.0" };
    this.#limits = { ...DEFAULT_RPC_CLIENT_LIMITS, ...deps.limits };
    this.#clock = deps.clock ?? systemClock;
    this.#deadlines = new Deadlines(this.#clock);
    this.#memory = new PeerMemory(this.#limits, this.#clock);
  }

  async call(target: PeerTarget, call: RpcCall, options: RpcCallOptions): Promise<RpcAnswer> {
    const { timeoutMs, onEvent, signal } = options;
    signal?.throwIfAborted();
    const key = toKey(target);
    if (this.#closing.signal.aborted) {
      throw new RpcClosedError(key, { reason: "the client is closed", isSent: false });
    }
    const toTimeoutError = () => new RpcTimeoutError(key, timeoutMs);
    using limit = new CallLimit(this.#deadlines, { timeoutMs, toTimeoutError, signal });
    return await this.#poolOf(key).call(target, call, { onEvent, limit });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#streams?.ended;
  }

  #poolOf(key: string): PeerPool {
    const existing = this.#pools.get(key);
    if (existing !== undefined) return existing;
    this.#streams ??= startStreams(this.#closing.signal);
    const pool: PeerPool = new PeerPool(this.#streams.group, {
      key,
      network: this.#network,
      clientInfo: this.#clientInfo,
      limits: this.#limits,
      clock: this.#clock,
      memory: this.#memory,
      nextId: () => ++this.#lastId,
      onUnused: () => {
        if (this.#pools.get(key) === pool) this.#pools.delete(key);
      },
    });
    this.#pools.set(key, pool);
    return pool;
  }
}

/** The task group of a client's streams, and its end. */
interface Streams {
  readonly group: TaskGroup;
  readonly ended: Promise<void>;
}

/** The group lives as long as the client, and no longer. */
function startStreams(closing: AbortSignal): Streams {
  let group: TaskGroup | undefined;
  const ended = runTaskGroup(async (streams) => {
    group = streams;
    await waitForAbort(closing);
    streams.cancel("the client is closed");
  }, { name: "rpc client" });
  // The body of a group begins at once.
  if (group === undefined) throw new TypeError("Cannot start client as its group did not begin");
  return { group, ended };
}

/** Addresses of one peer have one key, so that they share a stream. */
function toKey(target: PeerTarget): string {
  if ("peerId" in target) return target.peerId;
  return /\/p2p\/([^/]+)$/.exec(target.multiaddr)?.[1] ?? target.multiaddr;
}
