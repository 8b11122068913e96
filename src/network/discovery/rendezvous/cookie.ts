import { equalBytes } from "../../../codec/mod.ts";

const RUN_BYTES = 8;
const SERIAL_BYTES = 8;
const HEADER_BYTES = RUN_BYTES + SERIAL_BYTES;

/**
 * Cookies of a rendezvous point: how far a peer has read, in which namespace. A cookie of an earlier run is
 * none, since the point has begun to count anew.
 *
 * They are not signed: whoever makes one up only keeps registrations from itself.
 */
export class CookieJar {
  readonly #run = crypto.getRandomValues(new Uint8Array(RUN_BYTES));

  /**
   * Make a cookie.
   *
   * @param serial The last registration that was read.
   * @param namespace Where; all of them if `undefined`.
   */
  seal(serial: number, namespace: string | undefined): Uint8Array {
    const place = new TextEncoder().encode(namespace);
    const bytes = new Uint8Array(HEADER_BYTES + place.length);
    bytes.set(this.#run);
    new DataView(bytes.buffer).setBigUint64(RUN_BYTES, BigInt(serial));
    bytes.set(place, HEADER_BYTES);
    return bytes;
  }

  /**
   * Read a cookie.
   *
   * @param cookie What a peer has sent.
   * @param namespace Where it is to be used.
   * @returns The serial in it, or `undefined` if it was not made here, in this run, for this namespace.
   */
  open(cookie: Uint8Array, namespace: string | undefined): number | undefined {
    const place = new TextEncoder().encode(namespace);
    if (cookie.length !== HEADER_BYTES + place.length) return undefined;
    if (!equalBytes(cookie.subarray(0, RUN_BYTES), this.#run)) return undefined;
    if (!equalBytes(cookie.subarray(HEADER_BYTES), place)) return undefined;
    const serial = new DataView(cookie.buffer, cookie.byteOffset).getBigUint64(RUN_BYTES);
    return Number(serial);
  }
}
