import { encodeFrame, FrameDecoder, type JsonObject } from "../../../src/codec/mod.ts";
import type { Network, Stream } from "../../../src/network/mod.ts";
import { RPC_PROTOCOL } from "../../../src/rpc/mod.ts";

const FRAMES = { maxFrameBytes: 16_000_000 };

/** A peer that writes frames by hand, as caller or as server. */
export class RawPeer {
  readonly stream: Stream;
  readonly #decoder = new FrameDecoder(FRAMES);
  readonly #messages: JsonObject[] = [];

  constructor(stream: Stream) {
    this.stream = stream;
  }

  static async open(network: Network, peerId = "server"): Promise<RawPeer> {
    return new RawPeer(await network.openStream({ peerId }, RPC_PROTOCOL));
  }

  async send(...messages: readonly unknown[]): Promise<void> {
    for (const message of messages) await this.sendBody(JSON.stringify(message));
  }

  async sendBody(body: string | Uint8Array): Promise<void> {
    await this.stream.write(encodeFrame(body, FRAMES));
  }

  /** The next message, or `null` at the end. */
  async receive(): Promise<JsonObject | null> {
    while (this.#messages.length === 0) {
      if (!await this.receiveChunk()) return null;
    }
    return this.#messages.shift() ?? null;
  }

  /** Reads a little, so that the other side has certainly begun to write. */
  async receiveChunk(): Promise<boolean> {
    const chunk = await this.stream.read();
    for (const body of this.#decoder.decode(chunk ?? new Uint8Array())) {
      this.#messages.push(JSON.parse(new TextDecoder().decode(body)));
    }
    return chunk !== null;
  }

  /** All messages up to the end. */
  async receiveAll(): Promise<readonly JsonObject[]> {
    const messages: JsonObject[] = [];
    for (let next = await this.receive(); next !== null; next = await this.receive()) {
      messages.push(next);
    }
    return messages;
  }
}

/** A call of a tool. */
export function callOf(id: unknown, name: string, args: JsonObject = {}): JsonObject {
  return {
    jsonrpc: "2.0",
    id,
    method: "tools/call",
    params: { name, arguments: args },
  } as unknown as JsonObject;
}

/** Code, stable code and id of an error answer. */
export function errorOf(answer: JsonObject | null): readonly unknown[] {
  const { code, data } = (answer?.["error"] ?? {}) as { code?: number; data?: { code?: string } };
  return [answer?.["id"], code, data?.code];
}
