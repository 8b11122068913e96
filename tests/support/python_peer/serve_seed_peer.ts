import type { TaskGroup } from "../../../src/concurrency/mod.ts";
import type { Network, Stream } from "../../../src/network/mod.ts";
import { fromPythonJson, toPythonJson } from "./python_json.ts";
import { PythonService, type PythonServiceOptions } from "./python_service.ts";
import type { Message } from "./python_queue.ts";

/** Protocol id of the early Python peers. */
export const LINE_PROTOCOL = "/ipfs-datasets/task-queue/1.0.0";

const READ_BYTES = 1_024;
const MAX_REQUEST_BYTES = 1_048_576;
const LINE_FEED = 0x0a;

/** What an emulated Python peer is told. */
export interface PythonPeerOptions
  extends Pick<PythonServiceOptions, "clock" | "token" | "hasCache"> {
  /**
   * More cannot be written at once: the stream is closed without an answer then, as py-libp2p 0.6.0
   * does from 65,536 bytes on. @default {Infinity}
   */
  readonly maxWriteBytes?: number | undefined;
}

/** Serves the queue of a Python peer of 2026-02: lines, one request on each stream. */
export async function serveSeedPeer(
  group: TaskGroup,
  network: Network,
  options: PythonPeerOptions,
): Promise<PythonService> {
  const service = new PythonService({ ...options, version: "seed", peerId: network.peerId });
  const { maxWriteBytes = Infinity } = options;
  await network.handle(group, LINE_PROTOCOL, async (stream, signal) => {
    const text = await readRequest(stream, signal);
    if (text === undefined) return;
    const reply = await answer(service, text, signal);
    const bytes = new TextEncoder().encode(`${toPythonJson(reply)}\n`);
    if (bytes.length <= maxWriteBytes) await stream.write(bytes, { signal });
  });
  return service;
}

async function answer(service: PythonService, text: string, signal: AbortSignal): Promise<Message> {
  const refuse = (error: string) => ({ ok: false, error, "peer_id": service.options.peerId });
  const request = text.length >= MAX_REQUEST_BYTES ? undefined : fromPythonJson(text);
  if (request === undefined) return refuse("invalid_json");
  const isObject = typeof request === "object" && request !== null && !Array.isArray(request);
  if (!isObject) return refuse("invalid_message");
  return await service.answer(request as Message, signal);
}

/**
 * Reads until a piece has a line break anywhere, and takes all that was read for the request. The end
 * of the stream before that is an exception in py-libp2p: then there is no reply.
 */
async function readRequest(stream: Stream, signal: AbortSignal): Promise<string | undefined> {
  const collected: number[] = [];
  for (;;) {
    const bytes = await stream.read({ signal });
    if (bytes === null) return undefined;
    for (let offset = 0; offset < bytes.length; offset += READ_BYTES) {
      const piece = bytes.subarray(offset, offset + READ_BYTES);
      for (const byte of piece) collected.push(byte);
      const isEnough = piece.includes(LINE_FEED) || collected.length >= MAX_REQUEST_BYTES;
      if (isEnough) return new TextDecoder().decode(Uint8Array.from(collected)).replace(/\n+$/, "");
    }
  }
}
