import type { TaskGroup } from "../../concurrency/mod.ts";
import type { PeerTarget } from "../../network/mod.ts";
import { RpcClosedError } from "../errors.ts";
import type { RpcAnswer, RpcCall } from "../rpc_client.ts";
import {
  type ConnectionCallOptions,
  InitRequiredError,
  RpcConnection,
  type RpcConnectionOptions,
} from "./rpc_connection.ts";
import type { PeerMemory } from "./peer_memory.ts";

/** Streams may be lost before a request has left, but not for ever. */
const MAX_ATTEMPTS = 3;

/** What a {@linkcode PeerPool} needs. */
export interface PeerPoolOptions
  extends Omit<RpcConnectionOptions, "target" | "isSequential" | "onChange"> {
  /** Names the peer in the memory. */
  readonly key: string;
  readonly memory: PeerMemory;
  /** Told when nothing is left of it. */
  readonly onUnused: () => void;
}

/** The streams to one peer: one, unless it is full or the peer takes one request at a time. */
export class PeerPool {
  readonly #group: TaskGroup;
  readonly #options: PeerPoolOptions;
  readonly #connections = new Set<RpcConnection>();
  // A Set keeps the order of arrival and gives up a place in the middle at no cost.
  readonly #waiting = new Set<Waiting>();
  #calls = 0;

  /** @param group Owns the streams. */
  constructor(group: TaskGroup, options: PeerPoolOptions) {
    this.#group = group;
    this.#options = options;
  }

  /**
   * Call a tool. What certainly was not processed is sent again.
   *
   * @param target Where to dial, if there is no stream.
   */
  async call(
    target: PeerTarget,
    call: RpcCall,
    options: ConnectionCallOptions,
  ): Promise<RpcAnswer> {
    this.#calls++;
    try {
      for (let attempt = 1;; attempt++) {
        try {
          return await this.#callOnce(target, call, options);
        } catch (error) {
          const isInitRequired = error instanceof InitRequiredError;
          if (isInitRequired) this.#options.memory.noteInitRequired(this.#options.key);
          const mayResend = isInitRequired || isUnsent(error);
          if (!mayResend || attempt >= MAX_ATTEMPTS || this.#group.signal.aborted) throw error;
          options.limit.throwIfOver();
        }
      }
    } finally {
      this.#calls--;
      this.#tellIfUnused();
    }
  }

  async #callOnce(
    target: PeerTarget,
    call: RpcCall,
    options: ConnectionCallOptions,
  ): Promise<RpcAnswer> {
    const free = this.#waiting.size === 0 ? this.#tryTake(target) : undefined;
    const connection = free ?? await this.#waitForPlace(target, options.limit.signal);
    try {
      return await connection.call(call, options);
    } finally {
      connection.leave();
    }
  }

  #tryTake(target: PeerTarget): RpcConnection | undefined {
    const isSequential = this.#options.memory.isInitRequired(this.#options.key);
    for (const connection of this.#connections) {
      if (connection.isOutdated) connection.retire();
      // Those that were opened before it was known are of no use.
      if (connection.isSequential === isSequential && connection.hasPlace) {
        connection.take();
        return connection;
      }
    }
    const { maxSequentialStreams, maxStreamsPerPeer } = this.#options.limits;
    const maxStreams = isSequential ? maxSequentialStreams : maxStreamsPerPeer;
    if (this.#connections.size >= maxStreams) return undefined;
    const connection = this.#open(target, isSequential);
    connection.take();
    return connection;
  }

  #open(target: PeerTarget, isSequential: boolean): RpcConnection {
    const connection: RpcConnection = new RpcConnection(this.#group, {
      ...this.#options,
      target,
      isSequential,
      onChange: () => this.#onChange(connection),
    });
    this.#connections.add(connection);
    return connection;
  }

  async #waitForPlace(target: PeerTarget, signal: AbortSignal): Promise<RpcConnection> {
    const { promise, resolve, reject } = Promise.withResolvers<RpcConnection>();
    const waiting = { target, resolve };
    const onAbort = (): void => {
      // Once there is a place the caller must get it, or it would be lost.
      if (this.#waiting.delete(waiting)) reject(signal.reason);
    };
    this.#waiting.add(waiting);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  #onChange(connection: RpcConnection): void {
    if (connection.isOver) this.#connections.delete(connection);
    for (const waiting of this.#waiting) {
      const free = this.#tryTake(waiting.target);
      if (free === undefined) break;
      this.#waiting.delete(waiting);
      waiting.resolve(free);
    }
    this.#tellIfUnused();
  }

  #tellIfUnused(): void {
    if (this.#calls === 0 && this.#connections.size === 0) this.#options.onUnused();
  }
}

/** A call for which there is no place yet. */
interface Waiting {
  readonly target: PeerTarget;
  readonly resolve: (connection: RpcConnection) => void;
}

function isUnsent(error: unknown): boolean {
  return error instanceof RpcClosedError && !error.isSent;
}
