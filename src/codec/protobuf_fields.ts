import { InvalidProtobufError } from "./errors.ts";
import { decodeUtf8 } from "./utf8.ts";
import { decodeVarint } from "./varint.ts";

/** More than any message here has: what is beyond was sent to keep the reader busy. */
const MAX_FIELDS = 4096;

/** Kinds of fields, by their numbers on the wire. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
/** How many bytes a field of fixed size has. */
const FIXED_SIZES: ReadonlyMap<number, number> = new Map([[FIXED64, 8], [FIXED32, 4]]);

type Field =
  | { readonly number: number; readonly kind: typeof VARINT; readonly value: number }
  | { readonly number: number; readonly kind: number; readonly value: Uint8Array };

/**
 * The fields of a protobuf message. Fields of a kind other than the expected one count as missing, as those
 * that nobody knows do; of several the last one counts.
 */
export class ProtobufFields {
  readonly #fields: readonly Field[];

  /**
   * Take a message apart.
   *
   * @param bytes The message. What is taken out of it are views.
   * @throws {InvalidProtobufError} If it is not protobuf, or has too many fields.
   */
  constructor(bytes: Uint8Array) {
    const reader = new FieldReader(bytes);
    const fields: Field[] = [];
    while (reader.hasMore) {
      if (fields.length === MAX_FIELDS) throw new InvalidProtobufError("it has too many fields");
      fields.push(reader.next());
    }
    this.#fields = fields;
  }

  /** An integer or enum. */
  number(field: number): number | undefined {
    const found = this.#fields.findLast(({ number, kind }) => number === field && kind === VARINT);
    return typeof found?.value === "number" ? found.value : undefined;
  }

  /** Bytes. */
  bytes(field: number): Uint8Array | undefined {
    return this.allBytes(field).at(-1);
  }

  /** Bytes that may be there several times. */
  allBytes(field: number): readonly Uint8Array[] {
    return this.#all(field, LENGTH_DELIMITED);
  }

  /** A number of fixed size, as its 8 bytes, least significant first. */
  fixed64(field: number): Uint8Array | undefined {
    return this.#all(field, FIXED64).at(-1);
  }

  /**
   * Text.
   *
   * @throws {InvalidProtobufError} If it is not UTF-8.
   */
  text(field: number): string | undefined {
    const bytes = this.bytes(field);
    try {
      return bytes === undefined ? undefined : decodeUtf8(bytes);
    } catch (error) {
      throw new InvalidProtobufError("its text is not UTF-8", error);
    }
  }

  #all(field: number, kind: number): readonly Uint8Array[] {
    return this.#fields.filter((each) => each.number === field && each.kind === kind)
      .map(({ value }) => value).filter((value) => typeof value !== "number");
  }
}

class FieldReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get hasMore(): boolean {
    return this.#offset < this.#bytes.length;
  }

  next(): Field {
    const tag = this.#readVarint();
    const number = Math.floor(tag / 8);
    const kind = tag % 8;
    if (number === 0) throw new InvalidProtobufError("a field has the number 0");
    if (kind === VARINT) return { number, kind, value: this.#readVarint() };
    const size = kind === LENGTH_DELIMITED ? this.#readVarint() : FIXED_SIZES.get(kind);
    if (size === undefined) throw new InvalidProtobufError("a field is of no known kind");
    return { number, kind, value: this.#take(size) };
  }

  #readVarint(): number {
    const decoded = this.#decodeVarint();
    if (decoded === undefined) throw new InvalidProtobufError("it ends within a number");
    this.#offset = decoded.end;
    return decoded.value;
  }

  #decodeVarint(): ReturnType<typeof decodeVarint> {
    try {
      return decodeVarint(this.#bytes, this.#offset);
    } catch (error) {
      throw new InvalidProtobufError("a number is too long", error);
    }
  }

  #take(size: number): Uint8Array {
    const end = this.#offset + size;
    if (end > this.#bytes.length) throw new InvalidProtobufError("it ends within a field");
    const bytes = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return bytes;
  }
}
