import { encodeFrame, FrameDecoder } from "../../../src/codec/mod.ts";
import { type Clock, failAfter } from "../../../src/concurrency/mod.ts";
import type { Network, Stream } from "../../../src/network/mod.ts";
import { fromPythonJson, toPythonJson } from "./python_json.ts";
import type { Message } from "./python_queue.ts";
import { FRAMED_PROTOCOL, MAX_FRAME_BYTES } from "./serve_head_peer.ts";
import { LINE_PROTOCOL } from "./serve_seed_peer.ts";

/** What an emulated Python client is given. */
export interface PythonClientOptions {
  /** Makes a host for one call: a new key and a new peer id each time. */
  readonly openNetwork: () => Promise<Network> | Network;
  /** The service. */
  readonly multiaddr: string;
  readonly clock: Clock;
  /** Sent with each request that has none. @default {undefined} none */
  readonly token?: string | undefined;
}

const READ_BYTES = 1_024;
const MAX_REPLY_BYTES = 1_048_576;
const CALL_TIMEOUT_MS = 20_000;
const LINE_FEED = 0x0a;

/** One call as a Python client of 2026-02 makes it: a new host, one line there, one line back. */
export function callAsSeed(options: PythonClientOptions, request: Message): Promise<Message> {
  return onNewStream(options, LINE_PROTOCOL, async (stream, signal) => {
    const line = `${toPythonJson(withToken(request, options))}\n`;
    await stream.write(new TextEncoder().encode(line), { signal });
    const text = await readUntilLineBreak(stream, signal);
    if (text === "") return {};
    const reply = text.length >= MAX_REPLY_BYTES ? undefined : fromPythonJson(text);
    return reply === undefined ? { ok: false, error: "invalid_json_response" } : reply as Message;
  });
}

/** One call as a Python client of 2026-08 makes it: a new host, `initialize`, one tool call. */
export function callAsHead(options: PythonClientOptions, request: Message): Promise<Message> {
  return onNewStream(options, FRAMED_PROTOCOL, async (stream, signal) => {
    const greeting = {
      protocolVersion: "2024-11-05",
      clientInfo: { name: "ipfs-accelerate-taskqueue-client", version: "1.0.0" },
      profiles: ["mcp++/p2p-transport"],
    };
    const call = { name: "task_queue.rpc", arguments: withToken(request, options) };
    const session = new FrameSession(stream, signal);
    const welcome = await session.call({ id: 1, method: "initialize", params: greeting });
    if (!("result" in welcome)) throw new Error(`initialize refused: ${JSON.stringify(welcome)}`);
    const { result, error } = await session.call({ id: 2, method: "tools/call", params: call });
    const content = (result as Message | undefined)?.["content"];
    if (typeof content === "object" && content !== null) return content as Message;
    throw new Error(`call refused: ${JSON.stringify(error)}`);
  });
}

class FrameSession {
  readonly #stream: Stream;
  readonly #signal: AbortSignal;
  readonly #decoder = new FrameDecoder({ maxFrameBytes: MAX_FRAME_BYTES });

  constructor(stream: Stream, signal: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
  }

  /** The next frame is the answer: answers come in order. */
  async call(message: Message): Promise<Message> {
    const body = toPythonJson({ jsonrpc: "2.0", ...message }, { isCompact: true });
    const signal = this.#signal;
    const frame = encodeFrame(body, { maxFrameBytes: MAX_FRAME_BYTES });
    await this.#stream.write(frame, { signal });
    for (;;) {
      const chunk = await this.#stream.read({ signal });
      if (chunk === null) throw new Error("StreamEOF");
      for (const answer of this.#decoder.decode(chunk)) {
        return fromPythonJson(new TextDecoder().decode(answer)) as Message;
      }
    }
  }
}

async function onNewStream(
  { openNetwork, multiaddr, clock }: PythonClientOptions,
  protocol: string,
  talk: (stream: Stream, signal: AbortSignal) => Promise<Message>,
): Promise<Message> {
  return await failAfter(CALL_TIMEOUT_MS, async (signal) => {
    await using network = await openNetwork();
    const stream = await network.openStream({ multiaddr }, protocol, { signal });
    const reply = await talk(stream, signal);
    await stream.close({ signal });
    return reply;
  }, { clock });
}

function withToken(request: Message, { token }: PythonClientOptions): Message {
  return token === undefined || "token" in request ? request : { ...request, token };
}

/** Pieces of 1,024 bytes until one has a line break; the end before that is an exception. */
async function readUntilLineBreak(stream: Stream, signal: AbortSignal): Promise<string> {
  const collected: number[] = [];
  for (;;) {
    const bytes = await stream.read({ signal });
    if (bytes === null) throw new Error("StreamEOF");
    for (let offset = 0; offset < bytes.length; offset += READ_BYTES) {
      const piece = bytes.subarray(offset, offset + READ_BYTES);
      for (const byte of piece) collected.push(byte);
      const isEnough = piece.includes(LINE_FEED) || collected.length >= MAX_REPLY_BYTES;
      if (isEnough) return new TextDecoder().decode(Uint8Array.from(collected)).replace(/\n+$/, "");
    }
  }
}
