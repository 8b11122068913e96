import { Record as ValueRecord } from "@libp2p/kad-dht";
import {
  encodeFrame,
  type FrameOptions,
  ProtobufFields,
  ProtobufWriter,
} from "../../../codec/mod.ts";

/** How messages are told apart on a stream. */
export const FRAMES: FrameOptions = { maxFrameBytes: 64 * 1024, prefix: "varint" };

/** Field numbers of a message, in the specification of the table. */
const TYPE = 1;
const KEY = 2;
const RECORD = 3;
/** Its number on the wire. */
const GET_VALUE = 1;

/** What a node keeps under a key. */
export interface KeptValue {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** The question what a node keeps under a key, after its length. */
export function encodeGetValue(key: Uint8Array): Uint8Array {
  const body = new ProtobufWriter().number(TYPE, GET_VALUE).bytes(KEY, key).finish();
  return encodeFrame(body, FRAMES);
}

/**
 * Read the answer to that question.
 *
 * @param body The message.
 * @returns What is kept, or `undefined` if nothing is.
 * @throws {Error} If it is malformed.
 */
export function decodeValueAnswer(body: Uint8Array): KeptValue | undefined {
  const record = new ProtobufFields(body).bytes(RECORD);
  if (record === undefined) return undefined;
  const { key, value } = ValueRecord.deserialize(record);
  return { key, value };
}
