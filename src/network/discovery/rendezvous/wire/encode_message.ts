import { ProtobufWriter } from "../../../../codec/mod.ts";
import {
  type Registration,
  type RendezvousMessage,
  type RendezvousStatus,
  STATUS_CODES,
} from "../message.ts";
import { bodyFieldOf, MESSAGE_TYPES, TYPE_FIELD } from "./message_numbers.ts";

/**
 * Encode a message as protobuf.
 *
 * @param message The message.
 * @throws {RangeError} If a number in it is not a whole one from 0 on.
 */
export function encodeMessage(message: RendezvousMessage): Uint8Array {
  const type = MESSAGE_TYPES[message.type];
  return new ProtobufWriter()
    .number(TYPE_FIELD, type)
    .message(bodyFieldOf(type), encodeBody(message))
    .finish();
}

function encodeBody(message: RendezvousMessage): ProtobufWriter {
  switch (message.type) {
    case "register":
      return encodeRegistration(message);
    case "register_response":
      return new ProtobufWriter()
        .number(1, toCode(message.status))
        .text(2, message.statusText)
        .number(3, message.ttlSeconds);
    case "unregister":
      return new ProtobufWriter().text(1, message.namespace);
    case "discover":
      return new ProtobufWriter()
        .text(1, message.namespace)
        .number(2, message.limit)
        .bytes(3, message.cookie);
    case "discover_response":
      return message.registrations
        .reduce(
          (body, registration) => body.message(1, encodeRegistration(registration)),
          new ProtobufWriter(),
        )
        .bytes(2, message.cookie)
        .number(3, toCode(message.status))
        .text(4, message.statusText);
  }
}

function encodeRegistration(registration: Registration): ProtobufWriter {
  return new ProtobufWriter()
    .text(1, registration.namespace)
    .bytes(2, registration.signedPeerRecord)
    .number(3, registration.ttlSeconds);
}

function toCode(status: RendezvousStatus): number {
  return STATUS_CODES[status];
}
