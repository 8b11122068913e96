import { InviteInvalidError } from "./errors.ts";

/** Digits and letters that are not taken for each other: Crockford's base 32. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** What people write instead of what they read. */
const MISREAD: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1" };
const CODE_LENGTH = 20;
const GROUP_LENGTH = 5;
const BITS_PER_CHARACTER = 5n;
const CHECKSUM_BITS = 8n;
const SECRET_BITS = BigInt(CODE_LENGTH) * BITS_PER_CHARACTER - CHECKSUM_BITS;
/** The 92 bits of a secret, and 4 that are 0. */
const SECRET_BYTES = 12;
/** x^8 + x^2 + x + 1: finds each wrong character, and each two that have changed places. */
const POLYNOMIAL = 0x07n;

/**
 * Make a code that nobody can guess.
 *
 * @returns 20 characters in groups of 5, such as `7ZK4M-...`: 92 bits of chance and 8 that tell typing
 *   errors.
 */
export function createInviteCode(): string {
  let secret = 0n;
  for (const byte of crypto.getRandomValues(new Uint8Array(SECRET_BYTES))) {
    secret = secret << 8n | BigInt(byte);
  }
  return encode(BigInt.asUintN(Number(SECRET_BITS), secret));
}

/**
 * The secret behind a code.
 *
 * @param text The code as somebody has typed it: in any case, with or without hyphens and blanks, with the
 *   letter O for the digit 0, and I or L for 1.
 * @returns The secret.
 * @throws {InviteInvalidError} If it is no code, and what is wrong with it.
 */
export function parseInviteCode(text: string): Uint8Array {
  const code = [...text.toUpperCase().replaceAll(/[\s-]/g, "")]
    .map((character) => MISREAD[character] ?? character);
  const strange = code.find((character) => !ALPHABET.includes(character));
  if (strange !== undefined) throw new InviteInvalidError(`it has the character "${strange}"`);
  if (code.length !== CODE_LENGTH) {
    throw new InviteInvalidError(`it has ${code.length} characters instead of ${CODE_LENGTH}`);
  }
  const value = code.reduce(
    (sum, character) => sum << BITS_PER_CHARACTER | BigInt(ALPHABET.indexOf(character)),
    0n,
  );
  const secret = value >> CHECKSUM_BITS;
  if (checksum(secret) !== BigInt.asUintN(Number(CHECKSUM_BITS), value)) {
    throw new InviteInvalidError("a character of it is wrong");
  }
  return toBytes(secret);
}

function encode(secret: bigint): string {
  let rest = secret << CHECKSUM_BITS | checksum(secret);
  let code = "";
  for (let index = 0; index < CODE_LENGTH; index++) {
    const character = ALPHABET.charAt(Number(BigInt.asUintN(Number(BITS_PER_CHARACTER), rest)));
    const isGroupFull = index > 0 && index % GROUP_LENGTH === 0;
    code = character + (isGroupFull ? "-" : "") + code;
    rest >>= BITS_PER_CHARACTER;
  }
  return code;
}

/** CRC-8. It begins with ones, so that a code of zeros alone is none. */
function checksum(secret: bigint): bigint {
  let sum = 0xffn;
  for (let bit = SECRET_BITS - 1n; bit >= 0n; bit--) {
    const isOne = (sum >> 7n ^ secret >> bit) & 1n;
    sum = BigInt.asUintN(8, sum << 1n) ^ (isOne === 1n ? POLYNOMIAL : 0n);
  }
  return sum;
}

function toBytes(secret: bigint): Uint8Array {
  const bytes = new Uint8Array(SECRET_BYTES);
  for (let index = SECRET_BYTES - 1, rest = secret; index >= 0; index--, rest >>= 8n) {
    bytes[index] = Number(BigInt.asUintN(8, rest));
  }
  return bytes;
}
