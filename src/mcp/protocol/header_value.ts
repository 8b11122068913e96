import { decodeUtf8, type JsonValue } from "../../codec/mod.ts";

const SENTINEL_BEGIN = "=?base64?";
const SENTINEL_END = "?=";

/**
 * What a header of MCP says: as it stands, or in base64 between `=?base64?` and `?=`.
 *
 * @param value The header.
 * @returns The text; `undefined` if it is marked as base64 and is not the base64 of UTF-8.
 */
export function decodeHeaderValue(value: string): string | undefined {
  if (!value.startsWith(SENTINEL_BEGIN) || !value.endsWith(SENTINEL_END)) return value;
  if (value.length < SENTINEL_BEGIN.length + SENTINEL_END.length) return value;
  const base64 = value.slice(SENTINEL_BEGIN.length, -SENTINEL_END.length);
  // The platform's decoder forgives white space; the specification does not.
  if (/\s/.test(base64)) return undefined;
  try {
    return decodeUtf8(Uint8Array.fromBase64(base64, { lastChunkHandling: "strict" }));
  } catch {
    return undefined;
  }
}

/**
 * How an argument is written in a header.
 *
 * @param value The argument.
 * @returns The text; `undefined` if it is no text, number or boolean, or a whole number so large that
 *   clients cannot write it exactly and leave it out.
 */
export function toHeaderText(value: JsonValue): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return undefined;
  }
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
