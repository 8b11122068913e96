import { abortable, type Clock, systemClock } from "../../concurrency/mod.ts";
import { ClientPoolFullError, ConnectionLostError } from "./errors.ts";
import { type BorrowedClient, lendClient } from "./lend_client.ts";
import type { McpClient } from "./mcp_client.ts";

/** Options of {@linkcode createClientPool}. */
export interface ClientPoolOptions {
  /** A connection that nobody uses is ended after this time. @default {60000} */
  readonly idleMs?: number | undefined;
  /** How many connections there may be. @default {64} */
  readonly capacity?: number | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/** Connections that are shared: one for each target. Dispose it to end them all. */
export interface ClientPool extends AsyncDisposable {
  /**
   * Borrow the connection to a target; the first to ask makes it.
   *
   * @param target Names the server.
   * @param options When to stop waiting for it.
   * @returns The client. Dispose it to give it back.
   * @throws {ClientPoolFullError} If all connections are in use.
   * @throws {AppError} What connecting has thrown.
   */
  acquire(
    target: string,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<BorrowedClient>;
  /** How many connections there are, and how many are in use. */
  statistics(): { readonly connections: number; readonly inUse: number };
}

/** A connection of a pool. */
interface Entry {
  readonly client: Promise<McpClient>;
  users: number;
  idleTimer: Disposable | undefined;
}

/**
 * Share connections between parts of a program that come and go.
 *
 * @param connect Connects to a target. Its signal aborts when the pool is disposed.
 * @param options How many, and for how long.
 * @returns The pool.
 *
 * @example Two borrowers, one connection
 * ```ts
 * import { connectMcpClient, createClientPool } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * let connected = 0;
 * await using server = Deno.serve({ port: 0, onListen: () => {} }, async (request) => {
 *   const { id } = await request.json();
 *   connected++;
 *   const result = { supportedVersions: ["2026-07-28"], capabilities: {}, ttlMs: 0 };
 *   const meta = { resultType: "complete", cacheScope: "private" };
 *   return Response.json({ jsonrpc: "2.0", id, result: { ...result, ...meta } });
 * });
 *
 * await using pool = createClientPool((url, options) => connectMcpClient({ url }, options));
 * const url = `http://127.0.0.1:${server.addr.port}/mcp`;
 * await using one = await pool.acquire(url);
 * await using other = await pool.acquire(url);
 * assert.deepEqual([one.era, other.era, connected], ["modern", "modern", 1]);
 * ```
 */
export function createClientPool(
  connect: (target: string, options: { readonly signal: AbortSignal }) => Promise<McpClient>,
  options: ClientPoolOptions = {},
): ClientPool {
  return new OpenClientPool(connect, options);
}

class OpenClientPool implements ClientPool {
  readonly #connect: Parameters<typeof createClientPool>[0];
  readonly #idleMs: number;
  readonly #capacity: number;
  readonly #clock: Clock;
  readonly #lifetime = new AbortController();
  /** In the order of last use, so that the first idle one is the one unused longest. */
  readonly #entries = new Map<string, Entry>();
  /** Connections that are being ended. */
  readonly #ending = new Set<Promise<void>>();

  constructor(connect: Parameters<typeof createClientPool>[0], options: ClientPoolOptions) {
    const { idleMs = 60_000, capacity = 64, clock = systemClock } = options;
    if (!(capacity >= 1)) {
      throw new RangeError(`Cannot create pool as it could hold nothing: capacity "${capacity}"`);
    }
    this.#connect = connect;
    this.#idleMs = idleMs;
    this.#capacity = capacity;
    this.#clock = clock;
  }

  async acquire(
    target: string,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<BorrowedClient> {
    signal?.throwIfAborted();
    this.#lifetime.signal.throwIfAborted();
    const entry = this.#entries.get(target) ?? this.#open(target);
    entry.users++;
    entry.idleTimer?.[Symbol.dispose]();
    try {
      const client = await abortable(entry.client, signal);
      return lendClient(client, () => this.#release(target, entry));
    } catch (error) {
      this.#release(target, entry);
      throw error;
    }
  }

  statistics(): { readonly connections: number; readonly inUse: number } {
    const entries = [...this.#entries.values()];
    return {
      connections: entries.length,
      inUse: entries.filter(({ users }) => users > 0).length,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.abort(new ConnectionLostError("pool", undefined, false));
    for (const [target, entry] of [...this.#entries]) this.#end(target, entry);
    await Promise.all(this.#ending);
  }

  #open(target: string): Entry {
    if (this.#entries.size >= this.#capacity) this.#makeRoom();
    const client = this.#connect(target, { signal: this.#lifetime.signal });
    const entry: Entry = { client, users: 0, idleTimer: undefined };
    this.#entries.set(target, entry);
    // What failed is not kept: the next to ask tries anew.
    client.catch(() => this.#forget(target, entry));
    return entry;
  }

  #makeRoom(): void {
    for (const [target, entry] of this.#entries) {
      if (entry.users === 0) return this.#end(target, entry);
    }
    throw new ClientPoolFullError(this.#capacity);
  }

  #release(target: string, entry: Entry): void {
    entry.users--;
    if (entry.users > 0 || this.#entries.get(target) !== entry) return;
    this.#entries.delete(target);
    this.#entries.set(target, entry);
    entry.idleTimer = this.#clock.setTimer(this.#idleMs, () => this.#end(target, entry));
  }

  #end(target: string, entry: Entry): void {
    this.#forget(target, entry);
    const ending = hangUp(entry.client).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #forget(target: string, entry: Entry): void {
    entry.idleTimer?.[Symbol.dispose]();
    if (this.#entries.get(target) === entry) this.#entries.delete(target);
  }
}

/** If it never connected there is nothing to end, and who asked for it was told. */
async function hangUp(connecting: Promise<McpClient>): Promise<void> {
  await connecting.then((client) => client[Symbol.asyncDispose]()).catch(() => {});
}
