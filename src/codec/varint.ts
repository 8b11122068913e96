/** A varint has 7 bits in each byte, so 64 bits take this many. */
export const MAX_VARINT_BYTES = 10;

/** A number and where it ended. */
export interface DecodedVarint {
  /** Numbers above `Number.MAX_SAFE_INTEGER` come out as that: all are far beyond every limit. */
  readonly value: number;
  /** The offset of the byte after it. */
  readonly end: number;
}

/**
 * Encode an unsigned integer as a varint, least significant bits first.
 *
 * @param value 0 to `Number.MAX_SAFE_INTEGER`.
 * @throws {RangeError} If it is another number.
 */
export function encodeVarint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(
      `Cannot encode number as it is not a whole one from 0 on: value "${value}"`,
    );
  }
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push(rest % 0x80 | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/**
 * Decode a varint.
 *
 * @param bytes The bytes.
 * @param start Where it begins.
 * @returns The number, or `undefined` if the bytes end before it does.
 * @throws {RangeError} If it is longer than any 64 bits.
 */
export function decodeVarint(bytes: Uint8Array, start: number): DecodedVarint | undefined {
  let value = 0;
  for (let index = 0; index < MAX_VARINT_BYTES; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) {
      return { value: Math.min(value, Number.MAX_SAFE_INTEGER), end: start + index + 1 };
    }
  }
  throw new RangeError("Cannot decode varint as it has more than 10 bytes");
}
