import { concatBytes } from "./bytes.ts";
import { encodeVarint } from "./varint.ts";

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;

/** Writes the fields of a protobuf message, in the order of the calls. What is `undefined` is left out. */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];

  /** An integer or enum, 0 or more. */
  number(field: number, value: number | undefined): this {
    if (value === undefined) return this;
    this.#parts.push(encodeVarint(field << 3 | VARINT), encodeVarint(value));
    return this;
  }

  /** Bytes. */
  bytes(field: number, value: Uint8Array | undefined): this {
    if (value === undefined) return this;
    const tag = encodeVarint(field << 3 | LENGTH_DELIMITED);
    this.#parts.push(tag, encodeVarint(value.length), value);
    return this;
  }

  /**
   * A number of fixed size, as its 8 bytes, least significant first.
   *
   * @throws {RangeError} If there are not 8 of them.
   */
  fixed64(field: number, value: Uint8Array): this {
    if (value.length !== 8) {
      throw new RangeError(`Cannot encode field as it has no 8 bytes: field "${field}"`);
    }
    this.#parts.push(encodeVarint(field << 3 | FIXED64), value);
    return this;
  }

  /** Text. */
  text(field: number, value: string | undefined): this {
    return this.bytes(field, value === undefined ? undefined : new TextEncoder().encode(value));
  }

  /** A message inside. */
  message(field: number, value: ProtobufWriter): this {
    return this.bytes(field, value.finish());
  }

  /** All that was written. */
  finish(): Uint8Array {
    return concatBytes(this.#parts);
  }
}
