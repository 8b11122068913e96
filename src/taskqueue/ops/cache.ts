import type { CacheVersion, ReplicatedCache } from "../../cache/mod.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import { numberOf, textOf, toText } from "../protocol/coerce.ts";
import { InvalidRequestError } from "../protocol/errors.ts";
import type { OpServices } from "./op.ts";

/**
 * The cache, for a request about a key.
 *
 * @throws {InvalidRequestError} `missing_key`, or `cache_disabled`.
 */
export function cacheFor(key: string, { cache }: OpServices): ReplicatedCache {
  if (key === "") throw new InvalidRequestError("missing_key", "it has no key");
  if (cache === undefined) {
    throw new InvalidRequestError("cache_disabled", "this node has no shared cache");
  }
  return cache;
}

/** The key of a message as it is, or as Python reads what is no text; empty if it has none. */
export function keyOf(message: JsonObject): string {
  const { key } = message;
  return typeof key === "string" && key.trim() !== "" ? key : textOf(message, "key");
}

/** A change of a key. */
export interface ChangeRequest {
  readonly key: string;
  /** Whether it goes on to other nodes. */
  readonly isReplicated: boolean;
  /** Set if the change was made at another node, which hands it on. */
  readonly version: CacheVersion | undefined;
}

/** What changes have in common. Only the literal `false` stops them from being handed on. */
export function parseChange(message: JsonObject): ChangeRequest {
  return {
    key: keyOf(message),
    isReplicated: message["replicate"] !== false,
    version: versionOf(message["version"]),
  };
}

/**
 * Changes go only from the node that made them to others, so nobody can sign one as another node.
 *
 * @throws {InvalidRequestError} If a change that is handed on is not the caller's own.
 */
export function assertOwnChange({ version }: ChangeRequest, peerId: string): void {
  if (version === undefined || version.peerId === peerId) return;
  throw new InvalidRequestError("invalid_request", "its version names another peer");
}

/** As Python has it: what is no positive number means no end. */
export function ttlMsOf(value: JsonValue | undefined): number | undefined {
  const text = toText(value);
  const seconds = text === "" || typeof value === "boolean" ? NaN : Number(text);
  return Number.isFinite(seconds) && seconds > 0
    ? Math.max(1, Math.round(seconds * 1_000))
    : undefined;
}

/**
 * When a change that was handed on ends; `null` for never.
 *
 * @throws {InvalidRequestError} If it is no time.
 */
export function expiresAtMsOf(message: JsonObject): number | null {
  return numberOf(message, "expires_at_ms") ?? null;
}

function versionOf(value: JsonValue | undefined): CacheVersion | undefined {
  if (value === undefined || value === null) return undefined;
  const { "at_ms": atMs, "peer_id": peerId } = isJsonObject(value) ? value : {};
  if (typeof atMs === "number" && Number.isSafeInteger(atMs) && typeof peerId === "string") {
    return { atMs, peerId };
  }
  throw new InvalidRequestError("invalid_request", "its version is none");
}
