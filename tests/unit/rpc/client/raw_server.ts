import type { JsonObject } from "../../../../src/codec/mod.ts";
import { runTaskGroup, waitForAbort } from "../../../../src/concurrency/mod.ts";
import { MemoryHub } from "../../../../src/network/memory/mod.ts";
import type { Network, PeerTarget, Stream } from "../../../../src/network/mod.ts";
import { RPC_PROTOCOL, type RpcCall } from "../../../../src/rpc/mod.ts";
import { WrappedNetwork } from "../../network/wrapped_network.ts";
import { RawPeer } from "../raw_peer.ts";

export const SERVER: PeerTarget = { peerId: "server" };

/** A call of the tool `echo`. */
export function echo(args: JsonObject = {}): RpcCall {
  return { name: "echo", args };
}

/** A network that counts the streams that are opened. */
export class CountingNetwork extends WrappedNetwork {
  /** Streams that were asked for. */
  asked = 0;
  /** Streams that were opened. */
  opened = 0;

  override async openStream(...args: Parameters<Network["openStream"]>): Promise<Stream> {
    this.asked++;
    const stream = await super.openStream(...args);
    this.opened++;
    return stream;
  }
}

/** The server's side of a stream, led by the test. */
export class ServerSide extends RawPeer {
  #lastId: unknown;

  override async receive(): Promise<JsonObject | null> {
    const message = await super.receive();
    this.#lastId = message?.["id"];
    return message;
  }

  /** Receives a call and answers it. */
  async answer(content: JsonObject): Promise<void> {
    await this.receive();
    await this.answerLast(content);
  }

  /** Answers the call that was received last. */
  async answerLast(content: JsonObject): Promise<void> {
    await this.send({ jsonrpc: "2.0", id: this.#lastId, result: { content } });
  }
}

/** Streams, in the order in which they are opened. */
export class Streams {
  readonly #ready: ServerSide[] = [];
  readonly #waiting: ((side: ServerSide) => void)[] = [];

  put(side: ServerSide): void {
    const wake = this.#waiting.shift();
    if (wake === undefined) this.#ready.push(side);
    else wake(side);
  }

  next(): Promise<ServerSide> {
    const side = this.#ready.shift();
    if (side !== undefined) return Promise.resolve(side);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Two nodes: "server", whose streams the test leads, and "caller". */
export async function withServer(
  body: (nodes: { readonly caller: Network; readonly streams: Streams }) => Promise<void>,
): Promise<void> {
  const hub = new MemoryHub();
  const streams = new Streams();
  await using server = hub.open({ peerId: "server" });
  await using caller = hub.open({ peerId: "caller" });
  await runTaskGroup(async (group) => {
    await server.handle(group, RPC_PROTOCOL, async (stream, signal) => {
      streams.put(new ServerSide(stream));
      await waitForAbort(signal);
    });
    await body({ caller, streams });
    group.cancel();
  });
}
