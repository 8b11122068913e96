const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** Multihash "identity", 36 bytes: a protobuf with an Ed25519 key of 32 bytes. */
const PREFIX = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];

/**
 * A well-formed peer id, without libp2p. Nobody has its key.
 *
 * @param seed The same number gives the same id.
 */
export function createPeerId(seed: number): string {
  const key = Array.from(
    { length: 32 },
    (_, index) => (seed * 2654435761 + index * 97) >>> 7 & 255,
  );
  const seedBytes = [24, 16, 8, 0].map((shift) => seed >>> shift & 255);
  return toBase58([...PREFIX, ...key.slice(4), ...seedBytes]);
}

function toBase58(bytes: readonly number[]): string {
  let value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = "";
  for (; value > 0n; value /= 58n) text = ALPHABET.charAt(Number(value % 58n)) + text;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return "1".repeat(zeros) + text;
}
