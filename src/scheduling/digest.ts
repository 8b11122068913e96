import { sha256Hex } from "../codec/mod.ts";

/** A SHA-256 digest as eight 32-bit words, most significant first. */
export type Digest = Uint32Array;

const WORDS = 8;

/**
 * Split a digest into words, so that distances need no text.
 *
 * @param hex 64 hexadecimal digits.
 * @returns The words.
 */
export function toDigest(hex: string): Digest {
  const words = new Uint32Array(WORDS);
  for (let index = 0; index < WORDS; index++) {
    words[index] = parseInt(hex.slice(index * 8, index * 8 + 8), 16);
  }
  return words;
}

/**
 * SHA-256 of text. Never fails: an unpaired surrogate counts as U+FFFD.
 *
 * @param text The text.
 * @returns The digest.
 */
export function digestText(text: string): Digest {
  // By way of hexadecimal, as the platform gives that in half the time of a buffer.
  return toDigest(sha256Hex(text));
}

/**
 * In how many bits two digests differ.
 *
 * @param a One digest.
 * @param b The other.
 * @returns 0 to 256.
 */
export function countDifferingBits(a: Digest, b: Digest): number {
  let count = 0;
  for (let index = 0; index < WORDS; index++) {
    count += countBits((a[index] ?? 0) ^ (b[index] ?? 0));
  }
  return count;
}

/**
 * Which of two digests is nearer to a third by XOR, the three taken as 256-bit numbers.
 *
 * @param target What is approached.
 * @param pair The two digests.
 * @returns Below 0 if the first is nearer, above 0 if the second is, 0 if they are equal.
 */
export function compareXorDistance(target: Digest, pair: readonly [Digest, Digest]): number {
  const [a, b] = pair;
  for (let index = 0; index < WORDS; index++) {
    const word = target[index] ?? 0;
    const difference = (((a[index] ?? 0) ^ word) >>> 0) - (((b[index] ?? 0) ^ word) >>> 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Adds up the bits in pairs, then fours, then bytes, then all of them. */
function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
