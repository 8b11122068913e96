import { type JsonObject, parseJson } from "../../../codec/mod.ts";
import type { Clock } from "../../../concurrency/mod.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import { ProtocolError } from "../../protocol/protocol_error.ts";

const LIFETIME_MS = 10 * 60 * 1000;
const NONCE_BYTES = 12;
/** Clients carry it to and fro; more than this belongs into a resource. */
const MAX_STATE_CHARACTERS = 1 << 20;
const BASE64: { readonly alphabet: "base64url" } = { alphabet: "base64url" };

/**
 * Seals what a request leaves for its next round. The client keeps it, and is not trusted: it can
 * neither read nor change it, nor use it for another request, for somebody else, or too late.
 *
 * The key lives as long as the seal does, so that what was sealed before a restart is refused.
 */
export class RequestStateSeal {
  readonly #clock: Clock;
  #key: Promise<CryptoKey> | undefined;

  /** @param clock Whose time the lifetime is in. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Seal a state.
   *
   * @param state The state.
   * @param subject What it is for: whose request, and which.
   * @returns What the client gets.
   * @throws {ProtocolError} If it is too large.
   */
  async seal(state: JsonObject, subject: string): Promise<string> {
    const expiresAt = this.#clock.now() + LIFETIME_MS;
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const plain = new TextEncoder().encode(JSON.stringify([expiresAt, state]));
    const sealed = new Uint8Array(
      await crypto.subtle.encrypt(toAlgorithm(nonce, subject), await this.#getKey(), plain),
    );
    const bytes = new Uint8Array(nonce.byteLength + sealed.byteLength);
    bytes.set(nonce);
    bytes.set(sealed, nonce.byteLength);
    const text = bytes.toBase64({ ...BASE64, omitPadding: true });
    if (text.length <= MAX_STATE_CHARACTERS) return text;
    const message = "Cannot ask the caller as the state of the request is too large";
    throw new ProtocolError(McpErrorCode.internalError, message, {
      data: { code: "request_state_too_large" },
    });
  }

  /**
   * Open what a client has brought back.
   *
   * @param text What it brought.
   * @param subject What it has to be for.
   * @returns The state.
   * @throws {ProtocolError} If it was changed, is for something else, or has expired.
   */
  async open(text: string, subject: string): Promise<JsonObject> {
    const [expiresAt, state] = await this.#decrypt(text, subject);
    if (expiresAt < this.#clock.now()) throw refuse("has expired");
    return state;
  }

  async #decrypt(text: string, subject: string): Promise<readonly [number, JsonObject]> {
    try {
      if (text.length > MAX_STATE_CHARACTERS) throw refuse("is too large");
      const bytes = Uint8Array.fromBase64(text, BASE64);
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const sealed = bytes.subarray(NONCE_BYTES);
      const plain = await crypto.subtle.decrypt(
        toAlgorithm(nonce, subject),
        await this.#getKey(),
        sealed,
      );
      return parseJson(new TextDecoder().decode(plain)) as unknown as [number, JsonObject];
    } catch {
      // Whatever is wrong with it, whoever has tampered with it learns nothing more.
      throw refuse("is not this server's, or belongs to another request");
    }
  }

  #getKey(): Promise<CryptoKey> {
    this.#key ??= crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
      "encrypt",
      "decrypt",
    ]);
    return this.#key;
  }
}

function toAlgorithm(iv: Uint8Array<ArrayBuffer>, subject: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(subject) };
}

function refuse(reason: string): ProtocolError {
  const message = `Cannot go on with the request as its requestState ${reason}`;
  return new ProtocolError(McpErrorCode.invalidParams, message, {
    data: { code: "invalid_request_state" },
  });
}
