import type { JsonObject } from "../../../src/codec/mod.ts";
import type { TaskGroup } from "../../../src/concurrency/mod.ts";
import type { FarSide } from "../../../src/mcp/relay/far_side.ts";
import { relayMcp } from "../../../src/mcp/relay/relay_mcp.ts";
import {
  createMemoryChannelPair,
  type MemoryChannel,
} from "../../../src/mcp/server/channel/memory_channel.ts";
import { getLogger } from "../../../src/telemetry/mod.ts";

interface OpenRequest {
  readonly id: unknown;
  readonly controller: ReadableStreamDefaultController<JsonObject>;
}

/** A client's connection to a peer, through the relay that `mcpp connect` is. */
export class PeerLink {
  readonly #near: MemoryChannel;
  readonly #requests: OpenRequest[] = [];

  constructor(near: MemoryChannel) {
    this.#near = near;
  }

  /**
   * Open a link; the connection is made with the first request.
   *
   * @param group Owns it.
   * @param far The peer.
   */
  static open(group: TaskGroup, far: FarSide): PeerLink {
    const [mine, near] = createMemoryChannelPair();
    const link = new PeerLink(mine);
    group.spawn("relay", async () => {
      await relayMcp(group, { near, far, logger: getLogger("conformance") });
      near.close();
    });
    group.spawn("messages of the peer", (signal) => link.#read(signal));
    return link;
  }

  /** Send what has no answer. */
  send(message: JsonObject): Promise<void> {
    return this.#near.send(message);
  }

  /**
   * Send a request.
   *
   * @returns What comes back: news, if any, and the answer, which is the last.
   */
  async request(message: JsonObject): Promise<ReadableStream<JsonObject>> {
    const answers = new ReadableStream<JsonObject>({
      start: (controller) => {
        this.#requests.push({ id: message["id"], controller });
      },
    });
    await this.#near.send(message);
    return answers;
  }

  /** Hang up, which cancels what is not answered. */
  close(): void {
    this.#near.close();
  }

  async #read(signal: AbortSignal): Promise<void> {
    let message = await this.#near.receive(signal);
    for (; message !== null; message = await this.#near.receive(signal)) this.#deliver(message);
    for (const { controller } of this.#requests.splice(0)) controller.close();
  }

  /** One connection does not say what news belong to: HTTP does, so the newest request gets them. */
  #deliver(message: JsonObject): void {
    if ("method" in message) {
      this.#requests.at(-1)?.controller.enqueue(message);
      return;
    }
    const index = this.#requests.findIndex(({ id }) => id === message["id"]);
    const [request] = index < 0 ? [] : this.#requests.splice(index, 1);
    request?.controller.enqueue(message);
    request?.controller.close();
  }
}
