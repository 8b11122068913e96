import { type Clock, failAfter } from "../../../concurrency/mod.ts";
import type { DiscoveryContext } from "../discovery_method.ts";
import type { PeerRecord, PeerRecordCodec } from "../peer_record_codec.ts";
import { RendezvousMessageError, RendezvousRefusedError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import type {
  DiscoverMessage,
  DiscoverResponse,
  RegisterMessage,
  RegisterResponse,
} from "./message.ts";
import type { OwnRecord } from "./own_record.ts";
import { type ListedPeer, PointListing } from "./point_listing.ts";
import { MAX_TTL_MS } from "./protocol.ts";

/** A point that takes longer is not worth the wait; others may have answered. */
const ANSWER_TIMEOUT_MS = 5_000;

/** What a session works with. */
export interface PointSessionOptions {
  /** The point, for logs and errors. */
  readonly point: string;
  readonly exchange: Exchange;
  readonly namespace: string;
  /** How long a registration is to last. */
  readonly ttlMs: number;
  readonly ownRecord: OwnRecord;
  readonly records: Pick<PeerRecordCodec, "open">;
  readonly context: DiscoveryContext;
}

interface OwnRegistration {
  readonly envelope: Uint8Array;
  readonly renewMs: number;
}

/** What this node has to do with one rendezvous point. */
export class PointSession {
  readonly point: string;
  readonly #options: PointSessionOptions;
  readonly #clock: Clock;
  readonly #listing: PointListing;
  #registration: OwnRegistration | undefined;
  // The point may list us although its answer was lost.
  #mayBeListed = false;

  constructor(options: PointSessionOptions) {
    const { point, namespace, records, context } = options;
    const { clock, logger } = context;
    this.point = point;
    this.#options = options;
    this.#clock = clock;
    this.#listing = new PointListing({ point, namespace, records, clock, logger });
  }

  /**
   * Register if that is due, and look who is there. Where one is refused the other may work.
   *
   * @param onListed Called when it is known who is there.
   * @param signal Gives up.
   */
  async meet(onListed: () => void, signal: AbortSignal): Promise<void> {
    const failures: unknown[] = [];
    const attempt = async (run: () => Promise<void>): Promise<void> => {
      try {
        await run();
      } catch (error) {
        signal.throwIfAborted();
        failures.push(error);
      }
    };
    await attempt(() => this.#registerIfDue(signal));
    // Who does not even take a registration would only be waited for a second time.
    if (failures.every((error) => error instanceof RendezvousRefusedError)) {
      await attempt(() => this.#look(onListed, signal));
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Whom the point lists. */
  peers(): readonly ListedPeer[] {
    return this.#listing.peers();
  }

  /** What the point says about a peer. */
  get(peerId: string): PeerRecord | undefined {
    return this.#listing.get(peerId);
  }

  /** Be listed no more. */
  async unregister(signal: AbortSignal): Promise<void> {
    if (!this.#mayBeListed) return;
    const { exchange, namespace } = this.#options;
    this.#registration = undefined;
    await exchange({ type: "unregister", namespace }, signal);
    this.#mayBeListed = false;
  }

  async #look(onListed: () => void, signal: AbortSignal): Promise<void> {
    await this.#listing.update((request) => this.#discover(request, signal));
    onListed();
    const { self } = this.#options.context;
    const isForgotten = this.#listing.isComplete && this.get(self.peerId) === undefined;
    if (this.#registration === undefined || !isForgotten) return;
    // The point was started anew, and has forgotten everybody.
    this.#registration = undefined;
    await this.#registerIfDue(signal);
  }

  async #registerIfDue(signal: AbortSignal): Promise<void> {
    const { context, ownRecord } = this.#options;
    const multiaddrs = context.self.multiaddrs();
    if (multiaddrs.length === 0) return await this.unregister(signal);
    const envelope = await ownRecord.get(multiaddrs, this.#clock.now());
    const current = this.#registration;
    const isDue = current === undefined || current.envelope !== envelope ||
      this.#clock.monotonicMs() >= current.renewMs;
    if (isDue) await this.#register(envelope, signal);
  }

  async #register(envelope: Uint8Array, signal: AbortSignal): Promise<void> {
    const { namespace, ttlMs } = this.#options;
    const ttlSeconds = Math.ceil(ttlMs / 1000);
    this.#mayBeListed = true;
    const response = await this.#askToRegister(
      { type: "register", namespace, signedPeerRecord: envelope, ttlSeconds },
      signal,
    );
    if (response.status !== "OK") {
      throw new RendezvousRefusedError(this.point, response.status, response.statusText ?? "");
    }
    const grantedMs = Math.min((response.ttlSeconds || ttlSeconds) * 1000, MAX_TTL_MS);
    // Half of it is left for the point to be unreachable in.
    this.#registration = { envelope, renewMs: this.#clock.monotonicMs() + grantedMs / 2 };
  }

  async #askToRegister(request: RegisterMessage, signal: AbortSignal): Promise<RegisterResponse> {
    const response = await this.#ask(request, signal);
    if (response?.type === "register_response") return response;
    throw new RendezvousMessageError("it does not answer the registration");
  }

  async #discover(request: DiscoverMessage, signal: AbortSignal): Promise<DiscoverResponse> {
    const response = await this.#ask(request, signal);
    if (response?.type === "discover_response") return response;
    throw new RendezvousMessageError("it does not answer the question");
  }

  #ask(
    request: RegisterMessage | DiscoverMessage,
    signal: AbortSignal,
  ): ReturnType<Exchange> {
    const ask = (limit: AbortSignal): ReturnType<Exchange> =>
      this.#options.exchange(request, limit);
    return failAfter(ANSWER_TIMEOUT_MS, ask, {
      name: `ask rendezvous point ${this.point}`,
      clock: this.#clock,
      signal,
    });
  }
}
