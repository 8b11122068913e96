import { sha256Hex } from "../codec/mod.ts";
import { UnencodableTextError } from "./errors.ts";

/**
 * SHA-256 of text in UTF-8, strictly: Python refuses an unpaired surrogate, where the platform's
 * encoder would put U+FFFD and give two texts one hash.
 *
 * @param text The text.
 * @returns 64 lower-case hexadecimal digits.
 * @throws {UnencodableTextError} If the text has an unpaired surrogate.
 */
export function hashText(text: string): string {
  if (!text.isWellFormed()) throw new UnencodableTextError(text);
  return sha256Hex(text);
}
