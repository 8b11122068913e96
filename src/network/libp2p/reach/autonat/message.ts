import { concatBytes } from "../../../../codec/mod.ts";
import { ProtobufWriter } from "../../../discovery/rendezvous/wire/protobuf_writer.ts";
import { decodeVarint, encodeVarint } from "../../../discovery/rendezvous/wire/varint.ts";

/** Asks to be dialled. */
export const DIAL_REQUEST_PROTOCOL = "/libp2p/autonat/2/dial-request";
/** Proves, over a new connection, that the dial has arrived. */
export const DIAL_BACK_PROTOCOL = "/libp2p/autonat/2/dial-back";
/** Longest message, but for the data that is sent to show that a dial is not meant to hurt others. */
export const MAX_MESSAGE_BYTES = 8192;
/** Bytes of a nonce. */
export const NONCE_BYTES = 8;

/** How a request was dealt with; the numbers are the protocol's. */
export const RESPONSE_STATUS = { internalError: 0, rejected: 100, refused: 101, ok: 200 } as const;
/** How the dial went. */
export const DIAL_STATUS = { unused: 0, dialError: 100, dialBackError: 101, ok: 200 } as const;

/** A message of AutoNAT v2. */
export type AutonatMessage =
  | {
    readonly type: "dialRequest";
    readonly addresses: readonly Uint8Array[];
    readonly nonce: Uint8Array;
  }
  | {
    readonly type: "dialResponse";
    readonly status: number;
    readonly addressIndex: number;
    readonly dialStatus: number;
  }
  | {
    readonly type: "dialDataRequest";
    readonly addressIndex: number;
    readonly bytes: number;
  }
  | { readonly type: "dialDataResponse"; readonly data: Uint8Array };

/** By the number of their fields in the message. */
const TYPES = ["dialRequest", "dialResponse", "dialDataRequest", "dialDataResponse"] as const;

const FIXED64 = 1;

/** Encode a message as protobuf. */
export function encodeMessage(message: AutonatMessage): Uint8Array {
  const field = TYPES.indexOf(message.type) + 1;
  return new ProtobufWriter().bytes(field, encodeBody(message)).finish();
}

/** Encode what is said over the new connection. */
export function encodeDialBack(nonce: Uint8Array): Uint8Array {
  return encodeFixed64(1, nonce);
}

/** Encode the answer to it, which says "fine" by its being there. */
export function encodeDialBackResponse(): Uint8Array {
  return new ProtobufWriter().number(1, 0).finish();
}

function encodeBody(message: AutonatMessage): Uint8Array {
  switch (message.type) {
    case "dialRequest": {
      const writer = new ProtobufWriter();
      for (const address of message.addresses) writer.bytes(1, address);
      return concatBytes([writer.finish(), encodeFixed64(2, message.nonce)]);
    }
    case "dialResponse":
      return new ProtobufWriter()
        .number(1, message.status)
        .number(2, message.addressIndex)
        .number(3, message.dialStatus)
        .finish();
    case "dialDataRequest":
      return new ProtobufWriter()
        .number(1, message.addressIndex)
        .number(2, message.bytes)
        .finish();
    case "dialDataResponse":
      return new ProtobufWriter().bytes(1, message.data).finish();
  }
}

/**
 * Decode a message.
 *
 * @throws {RangeError} If it is none.
 */
export function decodeMessage(bytes: Uint8Array): AutonatMessage {
  for (const [index, type] of TYPES.entries()) {
    const body = bytesIn(readFields(bytes), index + 1).at(-1);
    if (body !== undefined) return decodeBody(type, readFields(body));
  }
  throw new RangeError("Cannot decode AutoNAT message as it is of no known type");
}

/**
 * The nonce of what is said over the new connection.
 *
 * @throws {RangeError} If there is none.
 */
export function decodeDialBack(bytes: Uint8Array): Uint8Array {
  return nonceIn(readFields(bytes), 1);
}

function decodeBody(type: typeof TYPES[number], fields: Fields): AutonatMessage {
  switch (type) {
    case "dialRequest":
      return { type, addresses: bytesIn(fields, 1), nonce: nonceIn(fields, 2) };
    case "dialResponse":
      return {
        type,
        status: numberIn(fields, 1),
        addressIndex: numberIn(fields, 2),
        dialStatus: numberIn(fields, 3),
      };
    case "dialDataRequest":
      return { type, addressIndex: numberIn(fields, 1), bytes: numberIn(fields, 2) };
    case "dialDataResponse":
      return { type, data: bytesIn(fields, 1).at(-1) ?? new Uint8Array(0) };
  }
}

type Fields = readonly { readonly field: number; readonly value: number | Uint8Array }[];

const FIXED_SIZES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

function readFields(bytes: Uint8Array): Fields {
  const fields: { field: number; value: number | Uint8Array }[] = [];
  let offset = 0;
  const readVarint = (): number => {
    const decoded = decodeVarint(bytes, offset);
    if (decoded === undefined) throw malformed();
    offset = decoded.end;
    return decoded.value;
  };
  const take = (size: number): Uint8Array => {
    if (offset + size > bytes.length) throw malformed();
    return bytes.subarray(offset, offset += size);
  };
  while (offset < bytes.length) {
    const tag = readVarint();
    const [field, kind] = [Math.floor(tag / 8), tag % 8];
    const size = FIXED_SIZES[kind];
    if (kind === 0) fields.push({ field, value: readVarint() });
    else if (kind === 2) fields.push({ field, value: take(readVarint()) });
    else if (size !== undefined) fields.push({ field, value: take(size) });
    else throw malformed();
  }
  return fields;
}

function bytesIn(fields: Fields, number: number): readonly Uint8Array[] {
  return fields.filter(({ field }) => field === number).map(({ value }) => value)
    .filter((value) => typeof value !== "number");
}

function numberIn(fields: Fields, number: number): number {
  const found = fields.findLast(({ field, value }) =>
    field === number && typeof value === "number"
  );
  return typeof found?.value === "number" ? found.value : 0;
}

function nonceIn(fields: Fields, number: number): Uint8Array {
  const nonce = bytesIn(fields, number).at(-1);
  if (nonce?.length !== NONCE_BYTES) throw malformed();
  return nonce;
}

function encodeFixed64(field: number, bytes: Uint8Array): Uint8Array {
  return concatBytes([encodeVarint(field << 3 | FIXED64), bytes]);
}

function malformed(): RangeError {
  return new RangeError("Cannot decode AutoNAT message as it is malformed");
}
