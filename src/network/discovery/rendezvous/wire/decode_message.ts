import { InvalidProtobufError, ProtobufFields } from "../../../../codec/mod.ts";
import { RendezvousMessageError } from "../errors.ts";
import {
  type Registration,
  type RendezvousMessage,
  type RendezvousStatus,
  STATUS_CODES,
} from "../message.ts";
import { bodyFieldOf, MESSAGE_TYPES, TYPE_FIELD } from "./message_numbers.ts";

/** Enough for a sentence; the rest is not wanted in any log. */
const MAX_STATUS_TEXT_LENGTH = 200;

/**
 * Decode a message.
 *
 * What is missing takes the default of its kind, as some encoders leave defaults out. Whether the values
 * make sense is for whoever handles the message.
 *
 * @param bytes The message. Byte strings in the result are views into it.
 * @throws {RendezvousMessageError} If it is none.
 */
export function decodeMessage(bytes: Uint8Array): RendezvousMessage {
  try {
    return decodeFields(bytes);
  } catch (error) {
    if (!(error instanceof InvalidProtobufError)) throw error;
    throw new RendezvousMessageError(error.reason, error);
  }
}

function decodeFields(bytes: Uint8Array): RendezvousMessage {
  const fields = new ProtobufFields(bytes);
  const typeNumber = fields.number(TYPE_FIELD) ?? 0;
  const body = fields.bytes(bodyFieldOf(typeNumber));
  const decode = DECODERS.get(typeNumber);
  if (decode === undefined) throw new RendezvousMessageError("it is of no known type");
  if (body === undefined) throw new RendezvousMessageError("it has no body of its type");
  return decode(new ProtobufFields(body));
}

type BodyDecoder = (body: ProtobufFields) => RendezvousMessage;

const DECODERS: ReadonlyMap<number, BodyDecoder> = new Map<number, BodyDecoder>([
  [MESSAGE_TYPES.register, (body) => ({ type: "register", ...toRegistration(body) })],
  [MESSAGE_TYPES.register_response, (body) => ({
    type: "register_response",
    status: toStatus(body.number(1)),
    ...optional("statusText", toStatusText(body.bytes(2))),
    ...optional("ttlSeconds", body.number(3)),
  })],
  [MESSAGE_TYPES.unregister, (body) => ({ type: "unregister", namespace: body.text(1) ?? "" })],
  [MESSAGE_TYPES.discover, (body) => ({
    type: "discover",
    ...optional("namespace", body.text(1)),
    ...optional("limit", body.number(2)),
    ...optional("cookie", body.bytes(3)),
  })],
  [MESSAGE_TYPES.discover_response, (body) => ({
    type: "discover_response",
    registrations: body.allBytes(1).map((bytes) => toRegistration(new ProtobufFields(bytes))),
    ...optional("cookie", body.bytes(2)),
    status: toStatus(body.number(3)),
    ...optional("statusText", toStatusText(body.bytes(4))),
  })],
]);

function toRegistration(fields: ProtobufFields): Registration {
  return {
    namespace: fields.text(1) ?? "",
    signedPeerRecord: fields.bytes(2) ?? new Uint8Array(0),
    ...optional("ttlSeconds", fields.number(3)),
  };
}

const STATUSES: ReadonlyMap<number, RendezvousStatus> = new Map(
  (Object.keys(STATUS_CODES) as RendezvousStatus[]).map((status) => [STATUS_CODES[status], status]),
);

/** A code that nobody knows must not pass for success. */
function toStatus(code = 0): RendezvousStatus {
  return STATUSES.get(code) ?? "E_INTERNAL_ERROR";
}

/** It goes into messages and logs. */
function toStatusText(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const text = new TextDecoder().decode(bytes.subarray(0, 4 * MAX_STATUS_TEXT_LENGTH));
  return text.replace(/\p{Cc}/gu, " ").slice(0, MAX_STATUS_TEXT_LENGTH);
}

function optional<K extends string, V>(
  key: K,
  value: V | undefined,
): { readonly [P in K]?: V } {
  return value === undefined ? {} : { [key]: value } as { readonly [P in K]?: V };
}
