import { InvalidUtf8Error } from "./errors.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decode text strictly: nothing is replaced, nothing is dropped.
 *
 * @param bytes The bytes.
 * @returns The text.
 * @throws {InvalidUtf8Error} If the bytes are not UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new InvalidUtf8Error(error);
  }
}
