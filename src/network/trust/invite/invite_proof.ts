import { Buffer } from "node:buffer";
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

const ID_BYTES = 8;
const KEY_BYTES = 32;
const NONCE_BYTES = 32;

/** What both sides make of the code of an invitation. Neither leads back to the code. */
export interface InviteKey {
  /** Names the invitation; may be seen by anybody. In hexadecimal. */
  readonly id: string;
  /** Proves that one has the code. Only its two sides may have it. */
  readonly key: Uint8Array;
}

/** What a side proves, so that no message is good for anything else. */
export interface ProofSubject {
  /** Which message it is. */
  readonly label: "inviter" | "joiner" | "welcome";
  /** Who has invited, as the handshake of the connection has proven. */
  readonly inviter: string;
  /** Who wants to join, as the handshake has proven. */
  readonly joiner: string;
  /** Chosen by the inviter for this one exchange. */
  readonly inviterNonce: string;
  /** Chosen by the joiner for this one exchange. */
  readonly joinerNonce: string;
  /** What the message says. */
  readonly body: string;
}

/**
 * Derive the id and the key of an invitation.
 *
 * The secret has 92 bits of chance, so that one step of HKDF (RFC 5869) suffices: nobody can try
 * them all.
 *
 * @param secret What the code stands for.
 */
export function deriveInviteKey(secret: Uint8Array): InviteKey {
  const derive = (info: string, bytes: number): Uint8Array =>
    new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(), `mcpp invite ${info}`, bytes));
  return { id: Buffer.from(derive("id", ID_BYTES)).toString("hex"), key: derive("key", KEY_BYTES) };
}

/** Something that was never used before. */
export function createNonce(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(NONCE_BYTES))).toString("hex");
}

/**
 * Prove that one has the code, and says this to this peer now.
 *
 * @param key The key of the invitation.
 * @param subject What is said, by whom, to whom and when.
 * @returns The proof, in hexadecimal.
 */
export function createProof(key: Uint8Array, subject: ProofSubject): string {
  return sign(key, subject).toString("hex");
}

/**
 * Whether a proof is right, in constant time.
 *
 * @param key The key of the invitation.
 * @param subject What it has to prove.
 * @param proof What the other side has sent.
 */
export function isProof(key: Uint8Array, subject: ProofSubject, proof: string): boolean {
  const expected = sign(key, subject);
  const given = Buffer.from(proof, "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function sign(key: Uint8Array, subject: ProofSubject): Buffer {
  const { label, inviter, joiner, inviterNonce, joinerNonce, body } = subject;
  const hmac = createHmac("sha256", key);
  // Each part after its length: what belongs to one cannot be shifted to the next.
  for (const part of ["mcpp join 1", label, inviter, joiner, inviterNonce, joinerNonce, body]) {
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hmac.update(length).update(bytes);
  }
  return hmac.digest();
}
