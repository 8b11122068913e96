/**
 * Whether two byte strings are the same. Not for secrets: it stops at the first difference.
 *
 * @param a One.
 * @param b The other.
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/**
 * Pieces of bytes as one.
 *
 * @param pieces The pieces, in order.
 * @returns Their bytes; the piece itself if there is only one.
 */
export function concatBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = pieces;
  if (first !== undefined && others.length === 0) return first;
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
