import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import type {
  CacheCallOptions,
  CacheChange,
  CacheLookup,
  CacheSetOptions,
  CacheWriteOptions,
  ReplicatedCache,
} from "../../cache/mod.ts";
import { sha256Hex, toCanonicalJson } from "../../codec/mod.ts";
import { PeerProtocolError } from "../errors.ts";
import type { Reply } from "./peer_channel.ts";
import type { PeerLink } from "./peer_link.ts";
import { present } from "./requests.ts";

/** The cache of another peer. */
export class RemoteCache implements ReplicatedCache {
  readonly #link: PeerLink;
  readonly #ownPeerId: string;

  /**
   * @param link The peer.
   * @param ownPeerId Who this node is, which changes that are handed on carry.
   */
  constructor(link: PeerLink, ownPeerId: string) {
    this.#link = link;
    this.#ownPeerId = ownPeerId;
  }

  get peerId(): string {
    return this.#link.peerId;
  }

  async get(key: string, options: CacheCallOptions = {}): Promise<CacheLookup> {
    const reply = await this.#ask({ op: "cache.get", key }, options);
    const { value = null, sha256, "expires_at": expiresAt } = reply.message;
    if (!flagOf(reply, "hit")) return { hit: false };
    return {
      hit: true,
      value,
      expiresAtMs: typeof expiresAt === "number" ? Math.round(expiresAt * 1_000) : null,
      // Python peers send no hash.
      sha256: typeof sha256 === "string" ? sha256 : sha256Hex(toCanonicalJson(value)),
    };
  }

  async has(key: string, options: CacheCallOptions = {}): Promise<boolean> {
    return flagOf(await this.#ask({ op: "cache.has", key }, options), "hit");
  }

  async set(key: string, value: JsonValue, options: CacheSetOptions = {}): Promise<void> {
    const { ttlMs, replicate, signal } = options;
    await this.#ask({
      op: "cache.set",
      key,
      value,
      ...present("ttl_s", ttlMs === undefined ? undefined : ttlMs / 1_000),
      ...present("replicate", replicate),
    }, { signal });
  }

  async delete(key: string, options: CacheWriteOptions = {}): Promise<boolean> {
    const { replicate, signal } = options;
    const request = { op: "cache.delete", key, ...present("replicate", replicate) };
    return flagOf(await this.#ask(request, { signal }), "deleted");
  }

  /**
   * Hand a change on. A peer that does not say whether it has taken it over, as a Python one, has.
   *
   * @throws {RemoteError} If the peer refused.
   */
  async apply(change: CacheChange, options: CacheCallOptions = {}): Promise<boolean> {
    const { key, value, version, sha256 } = change;
    const reply = await this.#ask({
      ...(value === undefined ? { op: "cache.delete" } : { op: "cache.set", value }),
      key,
      ...this.#lifetimeOf(change),
      version: { "at_ms": version.atMs, "peer_id": version.peerId },
      ...present("sha256", sha256),
      replicate: false,
      "origin_peer_id": this.#ownPeerId,
    }, options);
    const { applied } = reply.message;
    return applied !== false;
  }

  /** The end as mcpp peers read it, and as Python peers do. */
  #lifetimeOf({ expiresAtMs }: CacheChange): JsonObject {
    if (expiresAtMs === null) return { "expires_at_ms": null };
    const leftMs = Math.max(1, expiresAtMs - this.#link.clock.now());
    return { "expires_at_ms": expiresAtMs, "ttl_s": leftMs / 1_000 };
  }

  /** Each of these may be repeated: a change that is made twice leaves the same value. */
  #ask(request: JsonObject, { signal }: CacheCallOptions): Promise<Reply> {
    return this.#link.ask(request, { signal, isRepeatable: true });
  }
}

function flagOf({ message, peerId }: Reply, name: string): boolean {
  const flag = message[name];
  if (typeof flag === "boolean") return flag;
  throw new PeerProtocolError("invalid_reply", { op: "read cache", peerId });
}
