import { encodeFrame, FrameDecoder, FrameTooLargeError } from "../../../src/codec/mod.ts";
import type { TaskGroup } from "../../../src/concurrency/mod.ts";
import type { Network, Stream } from "../../../src/network/mod.ts";
import { fromPythonJson, toPythonJson } from "./python_json.ts";
import type { Message } from "./python_queue.ts";
import { PythonService } from "./python_service.ts";
import type { PythonPeerOptions } from "./serve_seed_peer.ts";

/** Protocol id of the late Python peers. */
export const FRAMED_PROTOCOL = "/mcp+p2p/1.0.0";

/** Longest frame that a Python peer reads. */
export const MAX_FRAME_BYTES = 1_048_576;
const MAX_OUTGOING_BYTES = 16 * MAX_FRAME_BYTES;

/** What an emulated Python peer of 2026-08 is told. */
export interface HeadPeerOptions extends PythonPeerOptions {
  /** Frames that it reads from one stream. @default {128} */
  readonly maxFrames?: number | undefined;
  /** Messages that it takes from one stream in all before it says `rate_limited`. @default {Infinity} */
  readonly rateCapacity?: number | undefined;
}

/** An emulated Python peer of 2026-08. */
export interface HeadPeer {
  readonly service: PythonService;
  /** How many streams were opened to it. */
  readonly streamCount: number;
  /** All messages it read, oldest first. */
  readonly messages: readonly Message[];
}

/** Serves the queue of a Python peer of 2026-08: frames, `initialize` first, answers in order. */
export async function serveHeadPeer(
  group: TaskGroup,
  network: Network,
  options: HeadPeerOptions,
): Promise<HeadPeer> {
  const service = new PythonService({ ...options, version: "head", peerId: network.peerId });
  const messages: Message[] = [];
  const peer = { service, streamCount: 0, messages };
  await network.handle(group, FRAMED_PROTOCOL, async (stream, signal) => {
    peer.streamCount++;
    await new HeadSession(stream, { ...options, service, messages, signal }).run();
  });
  return peer;
}

interface SessionOptions extends HeadPeerOptions {
  readonly service: PythonService;
  readonly messages: Message[];
  readonly signal: AbortSignal;
}

/** A refusal; the stream is closed after some of them. */
interface Refusal {
  readonly code: number;
  readonly message: string;
  readonly closes: boolean;
}

class HeadSession {
  readonly #stream: Stream;
  readonly #options: SessionOptions;
  #isInitialized = false;
  #taken = 0;

  constructor(stream: Stream, options: SessionOptions) {
    this.#stream = stream;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { signal, maxFrames = 128 } = this.#options;
    const decoder = new FrameDecoder({ maxFrameBytes: MAX_FRAME_BYTES });
    let frames = 0;
    for (;;) {
      const chunk = await this.#stream.read({ signal });
      if (chunk === null) return;
      try {
        for (const body of decoder.decode(chunk)) {
          if (!await this.#take(body) || ++frames >= maxFrames) return;
        }
      } catch (error) {
        if (!(error instanceof FrameTooLargeError)) throw error;
        await this.#refuse(null, { code: -32003, message: "frame_too_large", closes: true });
        return;
      }
    }
  }

  /** Deals with one frame; `false` when the stream is to be closed. */
  async #take(body: Uint8Array): Promise<boolean> {
    const message = fromPythonJson(new TextDecoder().decode(body));
    const framing = (text: string) => ({ code: -32003, message: text, closes: true });
    if (message === undefined) return await this.#refuse(null, framing("invalid_json"));
    if (typeof message !== "object" || message === null || Array.isArray(message)) {
      return await this.#refuse(null, framing("invalid_message"));
    }
    const request = message as Message;
    this.#options.messages.push(request);
    const { id, method } = request;
    const refusal = this.#check(request);
    if (refusal !== undefined) return await this.#refuse(id ?? null, refusal);
    if (method === "initialize") this.#isInitialized = true;
    const answer = await this.#run(request);
    if (id === undefined) return true;
    if ("code" in answer) return await this.#refuse(id, answer);
    return await this.#send({ jsonrpc: "2.0", id, result: answer.result });
  }

  #check({ jsonrpc, method }: Message): Refusal | undefined {
    const { rateCapacity = Infinity } = this.#options;
    if (++this.#taken > rateCapacity) {
      return { code: -32010, message: "rate_limited", closes: true };
    }
    if (jsonrpc !== "2.0") return { code: -32600, message: "invalid_jsonrpc", closes: true };
    if (this.#isInitialized || method === "initialize") return undefined;
    return { code: -32000, message: "init_required", closes: true };
  }

  async #run({ method, params }: Message): Promise<{ result: unknown } | Refusal> {
    if (method === "initialize") return { result: this.#greet() };
    if (method === "tools/list" || method === "tools.list") return { result: { tools: [TOOL] } };
    if (method !== "tools/call" && method !== "tools.call") {
      return { code: -32601, message: "method_not_found", closes: false };
    }
    if (typeof params !== "object" || params === null) {
      return { code: -32602, message: "invalid_params", closes: false };
    }
    const { name, arguments: args } = params as Message;
    if (name !== TOOL.name) return { code: -32002, message: "unknown_tool", closes: false };
    const { service, signal } = this.#options;
    return { result: { content: await service.answer(unwrap(args), signal) } };
  }

  #greet(): Message {
    const { service, maxFrames = 128 } = this.#options;
    return {
      ok: true,
      protocolVersion: "2024-11-05",
      serverInfo: { name: "ipfs-accelerate-mcppp", version: "1.0.0" },
      capabilities: {
        tools: { listChanged: true },
        mcpPlusPlusProfiles: [],
        experimental: Object.fromEntries(EXPERIMENTS.map((name) => [`mcp++/${name}`, false])),
      },
      transport: FRAMED_PROTOCOL,
      server: { "peer_id": service.options.peerId },
      "profile_negotiation": {
        "supports_profile_negotiation": true,
        mode: "optional_additive",
        profiles: [],
      },
      "active_profile": "",
      limits: {
        "max_frame_bytes": MAX_FRAME_BYTES,
        "max_frames": maxFrames,
        "rate_capacity": 128,
        "rate_refill_per_sec": 128,
      },
    };
  }

  async #refuse(id: unknown, { code, message, closes }: Refusal): Promise<boolean> {
    const isSent = await this.#send({ jsonrpc: "2.0", id, error: { code, message } });
    return isSent && !closes;
  }

  async #send(message: Message): Promise<boolean> {
    const { signal, maxWriteBytes = Infinity } = this.#options;
    const body = toPythonJson(message, { isCompact: true });
    const frame = encodeFrame(body, { maxFrameBytes: MAX_OUTGOING_BYTES });
    if (frame.length > maxWriteBytes) return false;
    await this.#stream.write(frame, { signal });
    return true;
  }
}

const EXPERIMENTS = [
  "mcp-idl",
  "cid-envelope",
  "ucan",
  "deontic-policy",
  "p2p-transport",
  "risk-scheduling",
];

const TOOL = {
  name: "task_queue.rpc",
  description: "Invoke a TaskQueue RPC operation over MCP++.",
  inputSchema: { type: "object", additionalProperties: true },
};

/** The request itself, or an object whose only member is the request. */
function unwrap(args: unknown): Message {
  const request = typeof args === "object" && args !== null ? args as Message : {};
  const values = Object.values(request);
  const [only] = values;
  const isWrapped = values.length === 1 && typeof only === "object" && only !== null;
  return isWrapped ? only as Message : request;
}
