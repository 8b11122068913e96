import type { Clock } from "../../../concurrency/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import { InvalidPeerRecordError } from "../../errors.ts";
import type { PeerRecordCodec } from "../peer_record_codec.ts";
import { CookieJar } from "./cookie.ts";
import type { RendezvousLimits } from "./limits.ts";
import type {
  DiscoverMessage,
  DiscoverResponse,
  RegisterMessage,
  RegisterResponse,
  Registration,
  RendezvousRequest,
  RendezvousResponse,
  RendezvousStatus,
} from "./message.ts";
import { DEFAULT_TTL_MS, isNamespace } from "./protocol.ts";
import { type Listed, Registry, type RegistryFull } from "./registry.ts";

/** What a rendezvous point works with. */
export interface RendezvousPointDeps {
  /** Checks records. */
  readonly records: Pick<PeerRecordCodec, "open">;
  /** Whose time it is. */
  readonly clock: Clock;
  /** What it keeps and answers at most. */
  readonly limits: RendezvousLimits;
  /** Which peers may register and look. */
  readonly mayUse: (peerId: string) => boolean;
  /** Told of refusals. @default {nobody} */
  readonly onRefused?: ((peerId: string, status: RendezvousStatus) => void) | undefined;
  /** Where refusals are logged. */
  readonly logger: Logger | undefined;
}

/** The numbers of a rendezvous point at one moment. */
export interface RendezvousStatistics {
  /** Registrations that are listed. */
  readonly registrations: number;
  /** Requests that were refused, by status. */
  readonly refused: Readonly<Partial<Record<RendezvousStatus, number>>>;
}

/** Where peers meet: answers requests, whichever way they have come. */
export class RendezvousPoint {
  readonly #deps: RendezvousPointDeps;
  readonly #registry: Registry;
  readonly #cookies = new CookieJar();
  readonly #refused = new Map<RendezvousStatus, number>();

  /**
   * Starts with nobody in it.
   *
   * @param deps The codec for records, the clock, limits.
   */
  constructor(deps: RendezvousPointDeps) {
    this.#deps = deps;
    this.#registry = new Registry(deps.clock, deps.limits);
  }

  /**
   * Answer a request.
   *
   * @param peerId Who asks, as proven by the handshake.
   * @param request What it asks.
   * @returns The answer; there is none to `unregister`.
   */
  async answer(
    peerId: string,
    request: RendezvousRequest,
  ): Promise<RendezvousResponse | undefined> {
    const response = await this.#handle(peerId, request);
    if (response !== undefined && response.status !== "OK") {
      this.#noteRefusal(peerId, request, response);
    }
    return response;
  }

  /**
   * Say that a peer asks too much.
   *
   * @param peerId Who asks.
   * @param request What it asks.
   * @returns The answer; there is none to `unregister`.
   */
  refuse(peerId: string, request: RendezvousRequest): RendezvousResponse | undefined {
    if (request.type === "unregister") return undefined;
    const response = createRefusal(request, "E_UNAVAILABLE", "too many requests");
    this.#noteRefusal(peerId, request, response);
    return response;
  }

  /**
   * A snapshot for status and metrics.
   *
   * @returns The present numbers.
   */
  statistics(): RendezvousStatistics {
    return Object.freeze({
      registrations: this.#registry.size,
      refused: Object.freeze(Object.fromEntries(this.#refused)),
    });
  }

  async #handle(
    peerId: string,
    request: RendezvousRequest,
  ): Promise<RendezvousResponse | undefined> {
    // Whoever is refused now may have registered before, and must be able to take it back.
    if (request.type === "unregister") {
      this.#registry.unregister(peerId, request.namespace);
      return undefined;
    }
    if (!this.#deps.mayUse(peerId)) {
      return createRefusal(request, "E_NOT_AUTHORIZED", "this rendezvous point is not open to you");
    }
    return request.type === "register"
      ? await this.#register(peerId, request)
      : this.#discover(request);
  }

  async #register(peerId: string, request: RegisterMessage): Promise<RegisterResponse> {
    const { namespace, signedPeerRecord } = request;
    if (!isNamespace(namespace)) {
      return refuseRegistration("E_INVALID_NAMESPACE", "a namespace has 1 to 255 bytes");
    }
    // Encoders that leave out defaults cannot tell 0 from nothing.
    const ttlMs = request.ttlSeconds ? request.ttlSeconds * 1000 : DEFAULT_TTL_MS;
    const { minTtlMs, maxTtlMs } = this.#deps.limits;
    if (ttlMs < minTtlMs || ttlMs > maxTtlMs) {
      const text = `the TTL is not from ${minTtlMs / 1000} to ${maxTtlMs / 1000} seconds`;
      return refuseRegistration("E_INVALID_TTL", text);
    }
    const refusal = await this.#checkRecord(peerId, signedPeerRecord);
    if (refusal !== undefined) return refusal;
    const full = this.#registry.register({ peerId, namespace, signedPeerRecord, ttlMs });
    if (full !== undefined) return refuseAsFull(full);
    return { type: "register_response", status: "OK", ttlSeconds: toSeconds(ttlMs) };
  }

  /** A peer may register nobody but itself. */
  async #checkRecord(
    peerId: string,
    envelope: Uint8Array,
  ): Promise<RegisterResponse | undefined> {
    const invalid = "E_INVALID_SIGNED_PEER_RECORD";
    if (envelope.length > this.#deps.limits.maxRecordBytes) {
      return refuseRegistration(invalid, "the record is too large");
    }
    try {
      const record = await this.#deps.records.open(envelope);
      if (record.peerId !== peerId) {
        return refuseRegistration("E_NOT_AUTHORIZED", "the record is about another peer");
      }
      if (record.multiaddrs.length > 0) return undefined;
      return refuseRegistration(invalid, "the record has no addresses");
    } catch (error) {
      if (!(error instanceof InvalidPeerRecordError)) throw error;
      return refuseRegistration(invalid, error.reason);
    }
  }

  #discover({ namespace: asked, limit, cookie }: DiscoverMessage): DiscoverResponse {
    // Encoders that leave out defaults cannot tell an empty namespace or cookie from none.
    const namespace = asked === "" ? undefined : asked;
    if (namespace !== undefined && !isNamespace(namespace)) {
      return refuseDiscovery("E_INVALID_NAMESPACE", "a namespace has 1 to 255 bytes");
    }
    const hasCookie = cookie !== undefined && cookie.length > 0;
    const afterSerial = hasCookie ? this.#cookies.open(cookie, namespace) : 0;
    if (afterSerial === undefined) {
      return refuseDiscovery("E_INVALID_COOKIE", "the cookie is not from here and now");
    }
    const listed = this.#collect(namespace, afterSerial, limit || Infinity);
    const lastSerial = listed.at(-1)?.serial ?? afterSerial;
    return {
      type: "discover_response",
      registrations: listed.map((one) => this.#toRegistration(one)),
      cookie: this.#cookies.seal(lastSerial, namespace),
      status: "OK",
    };
  }

  #collect(namespace: string | undefined, afterSerial: number, limit: number): readonly Listed[] {
    const { maxRegistrationsPerAnswer, maxAnswerBytes } = this.#deps.limits;
    const query = { namespace, afterSerial, limit: Math.min(limit, maxRegistrationsPerAnswer) };
    const collected: Listed[] = [];
    let bytes = 0;
    for (const listed of this.#registry.list(query)) {
      bytes += listed.signedPeerRecord.length;
      // One always fits, or its readers would never get beyond it.
      if (bytes > maxAnswerBytes && collected.length > 0) break;
      collected.push(listed);
    }
    return collected;
  }

  #toRegistration(listed: Listed): Registration {
    const { namespace, signedPeerRecord } = listed;
    const ttlSeconds = toSeconds(this.#registry.remainingMs(listed));
    return { namespace, signedPeerRecord, ttlSeconds };
  }

  #noteRefusal(peerId: string, { type }: RendezvousRequest, { status, statusText }: Refusal): void {
    this.#refused.set(status, (this.#refused.get(status) ?? 0) + 1);
    const fields = { peerId, op: type, status, reason: statusText };
    this.#deps.logger?.debug("Rendezvous request refused", fields);
    this.#deps.onRefused?.(peerId, status);
  }
}

type Refusal = Pick<RendezvousResponse, "status" | "statusText">;

function createRefusal(
  request: RegisterMessage | DiscoverMessage,
  status: RendezvousStatus,
  statusText: string,
): RendezvousResponse {
  return request.type === "register"
    ? refuseRegistration(status, statusText)
    : refuseDiscovery(status, statusText);
}

function refuseRegistration(status: RendezvousStatus, statusText: string): RegisterResponse {
  return { type: "register_response", status, statusText };
}

function refuseDiscovery(status: RendezvousStatus, statusText: string): DiscoverResponse {
  return { type: "discover_response", registrations: [], status, statusText };
}

function refuseAsFull(full: RegistryFull): RegisterResponse {
  return full === "peer"
    ? refuseRegistration("E_NOT_AUTHORIZED", "you are in too many namespaces")
    : refuseRegistration("E_UNAVAILABLE", `the ${full} is full`);
}

/** Whole seconds, at least one: 0 would read as the default. */
function toSeconds(ms: number): number {
  return Math.max(1, Math.floor(ms / 1000));
}
