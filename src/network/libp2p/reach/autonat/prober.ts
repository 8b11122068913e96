import type { Connection, Stream as RawStream } from "@libp2p/interface";
import { multiaddr } from "@multiformats/multiaddr";
import { toError } from "../../../../error/mod.ts";
import { type Clock, failAfter } from "../../../../concurrency/mod.ts";
import type { Logger } from "../../../../telemetry/mod.ts";
import { fromRawStream } from "../../libp2p_link.ts";
import {
  decodeDialBack,
  decodeMessage,
  DIAL_REQUEST_PROTOCOL,
  DIAL_STATUS,
  encodeDialBackResponse,
  encodeMessage,
  NONCE_BYTES,
  RESPONSE_STATUS,
} from "./message.ts";
import { MessageChannel } from "./message_channel.ts";

const PROBE_TIMEOUT_MS = 20_000;
const DIAL_BACK_TIMEOUT_MS = 10_000;
/** More than that is not a proof of good faith but a burden. */
const MAX_DIAL_DATA_BYTES = 200_000;
const DATA_CHUNK_BYTES = 4096;

/** What a {@linkcode Prober} works with. */
export interface ProberDeps {
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}

/** Asks peers to dial this node: the client of AutoNAT v2. */
export class Prober {
  readonly #deps: ProberDeps;
  /** By nonce, in hexadecimal digits: whether it has come back. */
  readonly #pending = new Map<string, boolean>();

  constructor(deps: ProberDeps) {
    this.#deps = deps;
  }

  /**
   * Have a peer dial one address of this node.
   *
   * @param connection A direct connection to the peer.
   * @param address The address, without this node's id.
   * @param signal Gives up.
   * @returns Whether it got through; `undefined` if it cannot tell, or does not want to.
   */
  async probe(
    connection: Connection,
    address: string,
    signal: AbortSignal,
  ): Promise<boolean | undefined> {
    const { clock, logger } = this.#deps;
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    this.#pending.set(nonce.toHex(), false);
    try {
      const response = await failAfter(
        PROBE_TIMEOUT_MS,
        (limit) => this.#ask(connection, { address, nonce }, limit),
        { name: "autonat probe", clock, signal },
      );
      if (response.status !== RESPONSE_STATUS.ok) return undefined;
      if (response.dialStatus === DIAL_STATUS.dialError) return false;
      // That it says so is not enough: the dial must have arrived.
      const hasArrived = this.#pending.get(nonce.toHex()) === true;
      return response.dialStatus === DIAL_STATUS.ok && hasArrived ? true : undefined;
    } catch (error) {
      signal.throwIfAborted();
      const peerId = connection.remotePeer.toString();
      logger?.debug("AutoNAT probe failed", { peerId, multiaddr: address, error });
      return undefined;
    } finally {
      this.#pending.delete(nonce.toHex());
    }
  }

  /** Take a dial that has arrived. Never rejects. */
  async receive(raw: RawStream, { remotePeer }: Connection, signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#deps;
    const peerId = remotePeer.toString();
    const stream = fromRawStream(raw, { remotePeerId: peerId, clock, openStreams: new Set() });
    try {
      await failAfter(DIAL_BACK_TIMEOUT_MS, async (limit) => {
        const channel = new MessageChannel(stream, limit);
        const nonce = decodeDialBack(await channel.read()).toHex();
        if (!this.#pending.has(nonce)) throw new RangeError("Nobody has asked for that dial");
        this.#pending.set(nonce, true);
        await channel.write(encodeDialBackResponse());
        await stream.close({ signal: limit });
      }, { name: "dial back", clock, signal });
    } catch (error) {
      stream.abort(toError(error));
      logger?.debug("AutoNAT dial refused", { peerId, error });
    }
  }

  async #ask(connection: Connection, wanted: Wanted, signal: AbortSignal) {
    const { clock } = this.#deps;
    const raw = await connection.newStream(DIAL_REQUEST_PROTOCOL, { signal });
    const remotePeerId = connection.remotePeer.toString();
    const stream = fromRawStream(raw, { remotePeerId, clock, openStreams: new Set() });
    try {
      const channel = new MessageChannel(stream, signal);
      const { address, nonce } = wanted;
      // One address for each request: some answer once for each address, others once for all.
      const addresses = [multiaddr(address).bytes];
      await channel.write(encodeMessage({ type: "dialRequest", addresses, nonce }));
      let answer = decodeMessage(await channel.read());
      if (answer.type === "dialDataRequest") {
        await sendData(channel, answer.bytes);
        answer = decodeMessage(await channel.read());
      }
      if (answer.type !== "dialResponse") throw new RangeError("It has answered something else");
      await stream.close({ signal });
      return answer;
    } catch (error) {
      stream.abort(toError(error));
      throw error;
    }
  }
}

interface Wanted {
  readonly address: string;
  readonly nonce: Uint8Array;
}

async function sendData(channel: MessageChannel, bytes: number): Promise<void> {
  if (bytes > MAX_DIAL_DATA_BYTES) throw new RangeError("It wants too much data");
  const data = new Uint8Array(DATA_CHUNK_BYTES);
  for (let sent = 0; sent < bytes; sent += data.length) {
    await channel.write(encodeMessage({ type: "dialDataResponse", data }));
  }
}
