import type { Connection, Libp2p, Stream as RawStream } from "@libp2p/interface";
import { multiaddr } from "@multiformats/multiaddr";
import { toError } from "../../../../error/mod.ts";
import { type Clock, failAfter, RateLimit } from "../../../../concurrency/mod.ts";
import type { Logger } from "../../../../telemetry/mod.ts";
import { tryParseMultiaddr } from "../../multiaddr.ts";
import type { DuplexStream } from "../../../duplex_stream.ts";
import { fromRawStream } from "../../libp2p_link.ts";
import { closeConnection } from "../close_connection.ts";
import { isPublicTcp } from "./is_public_tcp.ts";
import {
  type AutonatMessage,
  decodeMessage,
  DIAL_BACK_PROTOCOL,
  DIAL_STATUS,
  encodeDialBack,
  encodeMessage,
  RESPONSE_STATUS,
} from "./message.ts";
import { MessageChannel } from "./message_channel.ts";

const REQUEST_TIMEOUT_MS = 30_000;
const DIAL_TIMEOUT_MS = 6_000;
/** Looked at of one request. */
const MAX_ADDRESSES = 16;
const MAX_CONCURRENT = 8;
/** What one peer may ask for, so that nobody has us dial others again and again. */
const MAX_REQUESTS_PER_MINUTE = 12;
/** Whoever wants us to dial another host than its own must spend more than the dial costs that host. */
const MIN_DIAL_DATA_BYTES = 30_000;
const MAX_DIAL_DATA_BYTES = 100_000;

/** What an {@linkcode Answerer} works with. */
export interface AnswererDeps {
  readonly node: Libp2p;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  /** Whether an address may be dialled for others. @default only public ones */
  readonly isDialable?: ((multiaddr: string) => boolean) | undefined;
}

type DialRequest = Extract<AutonatMessage, { type: "dialRequest" }>;

interface Outcome {
  readonly status: number;
  readonly addressIndex: number;
  readonly dialStatus: number;
}

/** Dials peers that ask for it, and tells them how it went: the server of AutoNAT v2. */
export class Answerer {
  readonly #deps: AnswererDeps;
  readonly #pace: RateLimit;
  #running = 0;

  constructor(deps: AnswererDeps) {
    this.#deps = deps;
    const burst = MAX_REQUESTS_PER_MINUTE;
    this.#pace = new RateLimit({ burst, perSecond: burst / 60, clock: deps.clock });
  }

  /** Deal with one request, until the signal aborts. Never rejects. */
  async answer(raw: RawStream, connection: Connection, signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#deps;
    const peerId = connection.remotePeer.toString();
    const stream = fromRawStream(raw, { remotePeerId: peerId, clock, openStreams: new Set() });
    try {
      await failAfter(
        REQUEST_TIMEOUT_MS,
        (limit) => this.#serve(stream, connection, limit),
        { name: "autonat request", clock, signal },
      );
    } catch (error) {
      stream.abort(toError(error));
      logger?.debug("AutoNAT request failed", { peerId, error });
    }
  }

  async #serve(stream: DuplexStream, connection: Connection, signal: AbortSignal): Promise<void> {
    const channel = new MessageChannel(stream, signal);
    const request = decodeMessage(await channel.read());
    if (request.type !== "dialRequest") throw new RangeError("It is no request to dial");
    const outcome = await this.#deal(request, { channel, connection, signal });
    await channel.write(encodeMessage({ type: "dialResponse", ...outcome }));
    await stream.close({ signal });
  }

  async #deal(request: DialRequest, asking: Asking): Promise<Outcome> {
    const isAdmitted = this.#pace.trySpend(asking.connection.remotePeer.toString());
    if (!isAdmitted || this.#running >= MAX_CONCURRENT) {
      return { status: RESPONSE_STATUS.rejected, addressIndex: 0, dialStatus: DIAL_STATUS.unused };
    }
    this.#running++;
    try {
      return await this.#dialOne(request, asking);
    } finally {
      this.#running--;
    }
  }

  async #dialOne(
    { addresses, nonce }: DialRequest,
    { channel, connection, signal }: Asking,
  ): Promise<Outcome> {
    const { isDialable = isPublicTcp } = this.#deps;
    const texts = addresses.slice(0, MAX_ADDRESSES).map(toAddressText);
    const addressIndex = texts.findIndex((text) => text !== undefined && isDialable(text));
    const address = texts[addressIndex];
    if (address === undefined) {
      return { status: RESPONSE_STATUS.refused, addressIndex: 0, dialStatus: DIAL_STATUS.unused };
    }
    if (hostOf(address) !== hostOf(connection.remoteAddr.toString())) {
      await demandData(channel, addressIndex);
    }
    const dialStatus = await this.#dialBack(address, nonce, { connection, signal });
    return { status: RESPONSE_STATUS.ok, addressIndex, dialStatus };
  }

  async #dialBack(
    address: string,
    nonce: Uint8Array,
    { connection, signal }: Pick<Asking, "connection" | "signal">,
  ): Promise<number> {
    const { clock, logger } = this.#deps;
    const peerId = connection.remotePeer.toString();
    let fresh: Connection | undefined;
    try {
      fresh = await failAfter(
        DIAL_TIMEOUT_MS,
        (limit) => this.#dial(address, connection, limit),
        { name: "dial back", clock, signal },
      );
    } catch (error) {
      signal.throwIfAborted();
      logger?.debug("Peer not reached for AutoNAT", { peerId, multiaddr: address, error });
      return DIAL_STATUS.dialError;
    }
    try {
      const raw = await fresh.newStream(DIAL_BACK_PROTOCOL, { signal });
      const stream = fromRawStream(raw, { remotePeerId: peerId, clock, openStreams: new Set() });
      const channel = new MessageChannel(stream, signal);
      await channel.write(encodeDialBack(nonce));
      await stream.closeWrite({ signal });
      await channel.read();
      return DIAL_STATUS.ok;
    } catch (error) {
      logger?.debug("Dialled peer did not answer for AutoNAT", { peerId, error });
      return DIAL_STATUS.dialBackError;
    } finally {
      await closeConnection(fresh);
    }
  }

  async #dial(address: string, asked: Connection, signal: AbortSignal): Promise<Connection> {
    const target = tryParseMultiaddr(`${address}/p2p/${asked.remotePeer}`);
    if (target === undefined) throw new RangeError("The address leads to another peer");
    const fresh = await this.#deps.node.dial(target, { signal, force: true });
    // libp2p joins dials to the same peer.
    if (fresh === asked || !fresh.remoteAddr.toString().startsWith(`${address}/`)) {
      throw new RangeError("Another address was dialled");
    }
    return fresh;
  }
}

/** A request that is being dealt with. */
interface Asking {
  readonly channel: MessageChannel;
  readonly connection: Connection;
  readonly signal: AbortSignal;
}

async function demandData(channel: MessageChannel, addressIndex: number): Promise<void> {
  const range = MAX_DIAL_DATA_BYTES - MIN_DIAL_DATA_BYTES;
  const bytes = MIN_DIAL_DATA_BYTES + Math.floor(Math.random() * range);
  await channel.write(encodeMessage({ type: "dialDataRequest", addressIndex, bytes }));
  for (let received = 0; received < bytes;) {
    const message = decodeMessage(await channel.read());
    if (message.type !== "dialDataResponse" || message.data.length === 0) {
      throw new RangeError("It did not send the data that was asked for");
    }
    received += message.data.length;
  }
}

function toAddressText(bytes: Uint8Array): string | undefined {
  try {
    return multiaddr(bytes).toString();
  } catch {
    return undefined;
  }
}

function hostOf(address: string): string {
  return address.split("/")[2] ?? "";
}
