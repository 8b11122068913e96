import { InvalidProtobufError, ProtobufFields, ProtobufWriter } from "../../../../codec/mod.ts";

/** Asks to be dialled. */
export const DIAL_REQUEST_PROTOCOL = "/libp2p/autonat/2/dial-request";
/** Proves, over a new connection, that the dial has arrived. */
export const DIAL_BACK_PROTOCOL = "/libp2p/autonat/2/dial-back";
/** Longest message, but for the data that is sent to show that a dial is not meant to hurt others. */
export const MAX_MESSAGE_BYTES = 8192;
/** Bytes of a nonce, which travels as a number of fixed size. */
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

/** Encode a message as protobuf. */
export function encodeMessage(message: AutonatMessage): Uint8Array {
  const field = TYPES.indexOf(message.type) + 1;
  return new ProtobufWriter().bytes(field, encodeBody(message)).finish();
}

/** Encode what is said over the new connection. */
export function encodeDialBack(nonce: Uint8Array): Uint8Array {
  return new ProtobufWriter().fixed64(1, nonce).finish();
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
      return writer.fixed64(2, message.nonce).finish();
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
 * @throws {InvalidProtobufError} If it is none.
 */
export function decodeMessage(bytes: Uint8Array): AutonatMessage {
  const fields = new ProtobufFields(bytes);
  for (const [index, type] of TYPES.entries()) {
    const body = fields.bytes(index + 1);
    if (body !== undefined) return decodeBody(type, new ProtobufFields(body));
  }
  throw new InvalidProtobufError("it is of no known type");
}

/**
 * The nonce of what is said over the new connection.
 *
 * @throws {InvalidProtobufError} If there is none.
 */
export function decodeDialBack(bytes: Uint8Array): Uint8Array {
  return nonceIn(new ProtobufFields(bytes), 1);
}

function decodeBody(type: typeof TYPES[number], fields: ProtobufFields): AutonatMessage {
  switch (type) {
    case "dialRequest":
      return { type, addresses: fields.allBytes(1), nonce: nonceIn(fields, 2) };
    case "dialResponse":
      return {
        type,
        status: fields.number(1) ?? 0,
        addressIndex: fields.number(2) ?? 0,
        dialStatus: fields.number(3) ?? 0,
      };
    case "dialDataRequest":
      return { type, addressIndex: fields.number(1) ?? 0, bytes: fields.number(2) ?? 0 };
    case "dialDataResponse":
      return { type, data: fields.bytes(1) ?? new Uint8Array(0) };
  }
}

function nonceIn(fields: ProtobufFields, number: number): Uint8Array {
  const nonce = fields.fixed64(number);
  if (nonce === undefined) throw new InvalidProtobufError("it has no nonce");
  return nonce;
}
