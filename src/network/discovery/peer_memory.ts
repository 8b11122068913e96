import { join } from "node:path";
import { abortable, type Clock } from "../../concurrency/mod.ts";
import { isJsonObject, type JsonValue, parseJson, toJson } from "../../codec/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { writeFileAtomically } from "../../file/mod.ts";
import { isPeerIdLike, toPeerAddress } from "./peer_address.ts";

const FILE_NAME = "known_peers.json";
const DEFAULT_MAX_PEERS = 256;
const MAX_ADDRESSES = 8;
/** Several times what the largest memory takes. A larger file is not ours. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Changes within this time are written together. */
const SAVE_DELAY_MS = 5_000;

/** A peer that has answered before. */
export interface KnownGoodPeer {
  readonly peerId: string;
  /** Where it has answered, last first. */
  readonly multiaddrs: readonly string[];
  /** When it last did, in milliseconds since the Unix epoch. */
  readonly lastSuccessMs: number;
}

/** How peers are remembered over restarts. */
export interface PeerMemoryOptions {
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  /** Those that answered last are kept. @default {256} */
  readonly maxPeers?: number | undefined;
}

/** The peers that have answered, in a file that outlives the node. */
export class PeerMemory {
  readonly #path: string;
  readonly #options: PeerMemoryOptions;
  readonly #maxPeers: number;
  /** The one that answered last comes last. */
  readonly #peers = new Map<string, KnownGoodPeer>();
  #changed = Promise.withResolvers<void>();
  #isDirty = false;
  #hasFailed = false;

  private constructor(directory: string, options: PeerMemoryOptions) {
    this.#path = join(directory, FILE_NAME);
    this.#options = options;
    this.#maxPeers = options.maxPeers ?? DEFAULT_MAX_PEERS;
  }

  /** Read what is remembered in a directory. What is damaged there counts as forgotten. */
  static async open(directory: string, options: PeerMemoryOptions): Promise<PeerMemory> {
    const memory = new PeerMemory(directory, options);
    const oldestFirst = parsePeers(await memory.#read()).reverse()
      .sort((a, b) => a.lastSuccessMs - b.lastSuccessMs);
    for (const peer of oldestFirst) memory.#put(peer);
    return memory;
  }

  /** All peers; the one that answered last comes first. */
  list(): readonly KnownGoodPeer[] {
    return [...this.#peers.values()].reverse();
  }

  /** A peer has answered. */
  remember(peerId: string, multiaddr: string): void {
    const address = toPeerAddress(multiaddr, peerId);
    if (address === undefined || !isPeerIdLike(peerId)) return;
    const before = this.#peers.get(peerId)?.multiaddrs ?? [];
    const multiaddrs = [address, ...before.filter((other) => other !== address)];
    this.#put({
      peerId,
      multiaddrs: multiaddrs.slice(0, MAX_ADDRESSES),
      lastSuccessMs: this.#options.clock.now(),
    });
    this.#noteChange();
  }

  /** A peer is not wanted any more. */
  forget(peerId: string): void {
    if (this.#peers.delete(peerId)) this.#noteChange();
  }

  /** Write changes, some seconds after they were made, until the signal aborts; then the last ones. */
  async keepSaved(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    try {
      for (;;) {
        await abortable(this.#changed.promise, signal);
        await clock.sleep(SAVE_DELAY_MS, { signal });
        await this.save();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    // What came while the last changes were being written.
    await this.save();
  }

  /** Write what has changed. A failure is logged, and the next change tries again. */
  async save(): Promise<void> {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    this.#changed = Promise.withResolvers();
    const content = { version: 1, peers: this.list().map((peer) => ({ ...peer })) };
    try {
      const data = new TextEncoder().encode(`${toJson(content)}\n`);
      await writeFileAtomically(this.#path, data, { mode: 0o600 });
      this.#hasFailed = false;
    } catch (error) {
      this.#complain("Known peers cannot be saved", error);
    }
  }

  #put(peer: KnownGoodPeer): void {
    this.#peers.delete(peer.peerId);
    this.#peers.set(peer.peerId, Object.freeze(peer));
    const [oldest] = this.#peers.keys();
    if (this.#peers.size > this.#maxPeers && oldest !== undefined) this.#peers.delete(oldest);
  }

  #noteChange(): void {
    this.#isDirty = true;
    this.#changed.resolve();
  }

  async #read(): Promise<JsonValue | undefined> {
    try {
      const { size } = await Deno.stat(this.#path);
      if (size > MAX_FILE_BYTES) throw new RangeError(`It has ${size} bytes`);
      return parseJson(await Deno.readTextFile(this.#path));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        this.#complain("Known peers cannot be read", error);
      }
      return undefined;
    }
  }

  /** Once is news. */
  #complain(message: string, error: unknown): void {
    const { logger } = this.#options;
    if (this.#hasFailed) logger?.debug(message, { path: this.#path, error });
    else logger?.warn(message, { path: this.#path, error });
    this.#hasFailed = true;
  }
}

/** Every entry by itself: one that is damaged does not take the others with it. */
function parsePeers(content: JsonValue | undefined): KnownGoodPeer[] {
  if (content === undefined || !isJsonObject(content)) return [];
  const { peers } = content;
  return Array.isArray(peers) ? peers.map(parsePeer).filter((peer) => peer !== undefined) : [];
}

function parsePeer(value: JsonValue): KnownGoodPeer | undefined {
  if (!isJsonObject(value)) return undefined;
  const { peerId, multiaddrs, lastSuccessMs } = value;
  if (typeof peerId !== "string" || !isPeerIdLike(peerId)) return undefined;
  if (typeof lastSuccessMs !== "number" || !Array.isArray(multiaddrs)) return undefined;
  const own = multiaddrs
    .map((each) => typeof each === "string" ? toPeerAddress(each, peerId) : undefined)
    .filter((each) => each !== undefined);
  if (own.length === 0) return undefined;
  return { peerId, multiaddrs: own.slice(0, MAX_ADDRESSES), lastSuccessMs };
}
