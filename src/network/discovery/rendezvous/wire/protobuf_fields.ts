import { decodeUtf8 } from "../../../../codec/mod.ts";
import { RendezvousMessageError } from "../errors.ts";
import { decodeVarint } from "./varint.ts";

/** More than the largest message has: what is beyond was sent to keep the reader busy. */
const MAX_FIELDS = 4096;

/** By its number on the wire: how many bytes a field of fixed size has. */
const FIXED_SIZES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

type FieldValue = number | Uint8Array;

/**
 * The fields of a protobuf message. Fields of a kind other than the expected one count as missing, as those
 * that nobody knows do; of several the last one counts.
 */
export class ProtobufFields {
  readonly #values = new Map<number, FieldValue[]>();

  /**
   * Take a message apart.
   *
   * @param bytes The message. What is taken out of it are views.
   * @throws {RendezvousMessageError} If it is not protobuf, or has too many fields.
   */
  constructor(bytes: Uint8Array) {
    const reader = new FieldReader(bytes);
    for (let count = 0; reader.hasMore; count++) {
      if (count === MAX_FIELDS) throw new RendezvousMessageError("it has too many fields");
      const { field, value } = reader.next();
      if (value === undefined) continue;
      const values = this.#values.get(field);
      if (values === undefined) this.#values.set(field, [value]);
      else values.push(value);
    }
  }

  /** An integer or enum. */
  number(field: number): number | undefined {
    return this.#values.get(field)?.findLast((value) => typeof value === "number");
  }

  /** Bytes. */
  bytes(field: number): Uint8Array | undefined {
    return this.allBytes(field).at(-1);
  }

  /** Bytes that may be there several times. */
  allBytes(field: number): readonly Uint8Array[] {
    return this.#values.get(field)?.filter((value) => typeof value !== "number") ?? [];
  }

  /**
   * Text.
   *
   * @throws {RendezvousMessageError} If it is not UTF-8.
   */
  text(field: number): string | undefined {
    const bytes = this.bytes(field);
    try {
      return bytes === undefined ? undefined : decodeUtf8(bytes);
    } catch (error) {
      throw new RendezvousMessageError("its text is not UTF-8", error);
    }
  }
}

interface ReadField {
  readonly field: number;
  /** Missing for kinds that the protocol does not use. */
  readonly value: FieldValue | undefined;
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

  next(): ReadField {
    const tag = this.#readVarint();
    const field = Math.floor(tag / 8);
    const kind = tag % 8;
    if (field === 0) throw new RendezvousMessageError("a field has the number 0");
    if (kind === 0) return { field, value: this.#readVarint() };
    if (kind === 2) return { field, value: this.#take(this.#readVarint()) };
    const size = FIXED_SIZES[kind];
    if (size === undefined) throw new RendezvousMessageError("a field is of no known kind");
    this.#take(size);
    return { field, value: undefined };
  }

  #readVarint(): number {
    const decoded = this.#decodeVarint();
    if (decoded === undefined) throw new RendezvousMessageError("it ends within a number");
    this.#offset = decoded.end;
    return decoded.value;
  }

  #decodeVarint(): ReturnType<typeof decodeVarint> {
    try {
      return decodeVarint(this.#bytes, this.#offset);
    } catch (error) {
      throw new RendezvousMessageError("a number is too long", error);
    }
  }

  #take(size: number): Uint8Array {
    const end = this.#offset + size;
    if (end > this.#bytes.length) throw new RendezvousMessageError("it ends within a field");
    const bytes = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return bytes;
  }
}
