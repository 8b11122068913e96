import { createHash } from "node:crypto";

/**
 * SHA-256 in lower-case hexadecimal.
 *
 * @param data Bytes, or text to be encoded as UTF-8.
 * @returns 64 hexadecimal digits.
 */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}
