import { preSharedKey } from "@libp2p/pnet";
import { SwarmKeyInvalidError } from "../errors.ts";
import type { NodeFeatures } from "./node_features.ts";

const HEADER = "/key/swarm/psk/1.0.0/";
const KEY_BYTES = 32;

/**
 * Let nobody connect who has not the key of a private swarm.
 *
 * @param file The key as its file holds it, in the form that go-libp2p and Kubo use.
 * @throws {SwarmKeyInvalidError} If it is not in that form.
 */
export function protectBySwarmKey(file: Uint8Array): NodeFeatures {
  const lines = new TextDecoder().decode(file).split(/\r?\n/).map((line) => line.trim());
  const [header, encoding = "", ...rest] = lines.filter((line) => line !== "");
  if (header !== HEADER) throw new SwarmKeyInvalidError(`its first line is not "${HEADER}"`);
  const key = decodeKey(encoding, rest.join(""));
  if (key.length !== KEY_BYTES) {
    throw new SwarmKeyInvalidError(`the key has ${key.length} bytes in place of ${KEY_BYTES}`);
  }
  // Of the encodings, the package knows this one.
  const psk = new TextEncoder().encode([HEADER, "/base16/", key.toHex()].join("\n"));
  return { connectionProtector: preSharedKey({ psk }) };
}

/** Never says what the key is. */
function decodeKey(encoding: string, text: string): Uint8Array {
  try {
    if (encoding === "/base16/") return Uint8Array.fromHex(text);
    if (encoding === "/base64/") return Uint8Array.fromBase64(text);
  } catch {
    throw new SwarmKeyInvalidError(`the key is not in ${encoding.replaceAll("/", "")}`);
  }
  throw new SwarmKeyInvalidError('its second line is neither "/base16/" nor "/base64/"');
}
