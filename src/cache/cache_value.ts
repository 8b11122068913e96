import {
  InvalidJsonError,
  type JsonValue,
  parseJson,
  sha256Hex,
  toCanonicalJson,
} from "../codec/mod.ts";
import { InvalidCacheEntryError } from "./errors.ts";

/** A value as a cache keeps it and sends it on. */
export interface CacheValue {
  /** Canonical JSON. */
  readonly json: string;
  /** SHA-256 of that, in lower-case hex. */
  readonly sha256: string;
  /** The value itself, apart from what the caller may still change. */
  readonly value: JsonValue;
}

/**
 * Encode a value.
 *
 * @param value The value.
 * @param maxBytes How long its JSON may be, in UTF-8.
 * @throws {InvalidCacheEntryError} If it is too long, or cannot be sent as JSON.
 */
export function toCacheValue(value: JsonValue, maxBytes: number): CacheValue {
  const json = encode(value);
  const bytes = byteLength(json);
  if (bytes > maxBytes) {
    throw new InvalidCacheEntryError(
      `its value is longer than ${maxBytes} bytes: bytes "${bytes}"`,
      { code: "cache_value_too_large" },
    );
  }
  return { json, sha256: sha256Hex(json), value: decode(json) };
}

/** How long a text is in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function encode(value: JsonValue): string {
  try {
    return toCanonicalJson(value);
  } catch (error) {
    throw invalid(error);
  }
}

/** Other nodes, too, must be able to read it. */
function decode(json: string): JsonValue {
  try {
    return parseJson(json);
  } catch (error) {
    throw invalid(error);
  }
}

function invalid(error: unknown): unknown {
  if (!(error instanceof InvalidJsonError)) return error;
  return new InvalidCacheEntryError(`its value cannot be sent as JSON: reason "${error.reason}"`, {
    code: "cache_value_invalid",
    cause: error,
  });
}
