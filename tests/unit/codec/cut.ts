import fc from "fast-check";

/** A way to cut bytes into chunks, empty ones included. */
export const cut: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array[]> = fc
  .array(fc.nat({ max: 12 }), { minLength: 1 })
  .map((sizes) => (bytes) => {
    const chunks: Uint8Array[] = [];
    let start = 0;
    for (let index = 0; start < bytes.length; index++) {
      // Every second chunk has at least one byte, so that there is an end.
      const size = Math.max(sizes[index % sizes.length] ?? 1, index % 2);
      chunks.push(bytes.slice(start, start + size));
      start += size;
    }
    return chunks;
  });
