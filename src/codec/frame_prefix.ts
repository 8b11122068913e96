import type { ByteQueue } from "./byte_queue.ts";
import { decodeVarint, encodeVarint, MAX_VARINT_BYTES } from "./varint.ts";

/** How the length before each body is written: as four bytes, big-endian, or as a varint. */
export type FramePrefix = "uint32" | "varint";

/** One way to write lengths. */
export interface PrefixCodec {
  /** The longest body whose length can be written. */
  readonly maxBodyBytes: number;
  /** A frame that begins with the length and ends with room for the body. */
  readonly createFrame: (bodyBytes: number) => Uint8Array;
  /** Take a length from what has come; `undefined` if it is not all there. */
  readonly take: (queue: ByteQueue) => number | undefined;
}

const UINT32_BYTES = 4;

/** All ways to write lengths. */
export const PREFIX_CODECS: Readonly<Record<FramePrefix, PrefixCodec>> = {
  "uint32": { maxBodyBytes: 0xffff_ffff, createFrame: createUint32Frame, take: takeUint32 },
  "varint": {
    maxBodyBytes: Number.MAX_SAFE_INTEGER,
    createFrame: createVarintFrame,
    take: takeVarint,
  },
};

function createUint32Frame(bodyBytes: number): Uint8Array {
  const frame = new Uint8Array(UINT32_BYTES + bodyBytes);
  new DataView(frame.buffer).setUint32(0, bodyBytes);
  return frame;
}

function createVarintFrame(bodyBytes: number): Uint8Array {
  const prefix = encodeVarint(bodyBytes);
  const frame = new Uint8Array(prefix.length + bodyBytes);
  frame.set(prefix);
  return frame;
}

function takeUint32(queue: ByteQueue): number | undefined {
  if (queue.length < UINT32_BYTES) return undefined;
  const bytes = queue.take(UINT32_BYTES);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

function takeVarint(queue: ByteQueue): number | undefined {
  const decoded = decodeVarint(queue.peek(MAX_VARINT_BYTES), 0);
  if (decoded === undefined) return undefined;
  queue.take(decoded.end);
  return decoded.value;
}
