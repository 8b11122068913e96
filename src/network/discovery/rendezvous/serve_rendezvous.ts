import {
  CancelReason,
  type Clock,
  failAfter,
  RateLimit,
  type TaskGroup,
} from "../../../concurrency/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import type { Network, Stream } from "../../network.ts";
import type { Offence } from "../../conduct/offence.ts";
import type { PeerRecordCodec } from "../peer_record_codec.ts";
import { RendezvousMessageError } from "./errors.ts";
import { DEFAULT_RENDEZVOUS_LIMITS, type RendezvousLimits } from "./limits.ts";
import type { RendezvousMessage, RendezvousRequest, RendezvousStatus } from "./message.ts";
import { MAX_NAMESPACE_BYTES, RENDEZVOUS_PROTOCOL } from "./protocol.ts";
import { RendezvousPoint } from "./rendezvous_point.ts";
import { MessageStream } from "./wire/message_stream.ts";

/** Room for the tags, lengths and numbers of a request, and for a cookie. */
const REQUEST_OVERHEAD_BYTES = 1024;

/** Which refusals are the fault of who asks. */
const OFFENCES: Readonly<Partial<Record<RendezvousStatus, Offence>>> = {
  E_INVALID_SIGNED_PEER_RECORD: "malformed",
  E_NOT_AUTHORIZED: "unauthorized",
};

/** What a rendezvous point is served with. */
export interface ServeRendezvousDeps {
  /** Where it is served. */
  readonly network: Pick<Network, "handle">;
  /** Checks records. */
  readonly records: Pick<PeerRecordCodec, "open">;
  /** Whose time it is. */
  readonly clock: Clock;
  /** Which peers may register and look. @default {all that can connect} */
  readonly mayUse?: ((peerId: string) => boolean) | undefined;
  /** What it keeps and answers at most. @default {DEFAULT_RENDEZVOUS_LIMITS} */
  readonly limits?: Partial<RendezvousLimits> | undefined;
  /** Told of what peers were not let do, by its code. @default {nobody} */
  readonly onRefused?: ((peerId: string, code: string) => void) | undefined;
  /** Told of peers that ask too much, or send what makes no sense. @default {nobody} */
  readonly onOffence?: ((peerId: string, offence: Offence) => void) | undefined;
  /** Where refusals are logged. @default {nowhere} */
  readonly logger?: Logger | undefined;
}

/**
 * Be a rendezvous point: peers register in namespaces and look there for others, by the libp2p rendezvous
 * protocol 1.0.0. It ends with the group; registrations live in memory.
 *
 * @param group What it lives in.
 * @param deps The network, the codec for records, the clock, limits.
 * @returns The point, also for this node itself; see `ownPoint` of `createRendezvous`.
 * @throws {TypeError} If the protocol is served already.
 */
export async function serveRendezvous(
  group: TaskGroup,
  deps: ServeRendezvousDeps,
): Promise<RendezvousPoint> {
  const { network, records, clock, mayUse = () => true, onRefused, onOffence, logger } = deps;
  const limits = { ...DEFAULT_RENDEZVOUS_LIMITS, ...deps.limits };
  const point = new RendezvousPoint({
    records,
    clock,
    limits,
    mayUse,
    logger,
    onRefused: (peerId, status) => {
      onRefused?.(peerId, status.slice("E_".length).toLowerCase());
      const offence = OFFENCES[status];
      if (offence !== undefined) onOffence?.(peerId, offence);
    },
  });
  const { maxRequestsPerMinute: burst } = limits;
  const pace = new RateLimit({ burst, perSecond: burst / 60, clock });
  const onFlood = (peerId: string): void => onOffence?.(peerId, "flood");
  const serving = { point, pace, limits, onFlood, clock };
  await network.handle(group, RENDEZVOUS_PROTOCOL, async (stream, signal) => {
    try {
      await serveStream(stream, serving, signal);
    } catch (error) {
      // Other people's mistakes are not ours to report as failures.
      if (signal.aborted || !isPeersFault(error)) throw error;
      if (error instanceof RendezvousMessageError) onOffence?.(stream.remotePeerId, "malformed");
      logger?.debug("Rendezvous stream ended early", { peerId: stream.remotePeerId, error });
      stream.abort(error);
    }
  }, { maxStreamsPerPeer: limits.maxStreamsPerPeer });
  return point;
}

interface Serving {
  readonly point: RendezvousPoint;
  readonly pace: RateLimit;
  readonly limits: RendezvousLimits;
  readonly onFlood: (peerId: string) => void;
  readonly clock: Clock;
}

/** One request after the other, until the peer has no more, is too slow or asks too much. */
async function serveStream(stream: Stream, serving: Serving, signal: AbortSignal): Promise<void> {
  const { point, pace, limits, clock } = serving;
  const peerId = stream.remotePeerId;
  const maxMessageBytes = limits.maxRecordBytes + MAX_NAMESPACE_BYTES + REQUEST_OVERHEAD_BYTES;
  const messages = new MessageStream(stream, { maxMessageBytes });
  const inTime = <T>(run: (limit: AbortSignal) => Promise<T>): Promise<T> =>
    failAfter(limits.messageTimeoutMs, run, { name: "rendezvous message", clock, signal });
  for (let isAllowed = true; isAllowed;) {
    const message = await inTime((limit) => messages.read({ signal: limit }));
    if (message === null) return;
    const request = toRequest(message);
    isAllowed = pace.trySpend(peerId);
    if (!isAllowed) serving.onFlood(peerId);
    const response = isAllowed
      ? await point.answer(peerId, request)
      : point.refuse(peerId, request);
    if (response === undefined) continue;
    await inTime((limit) => messages.write(response, { signal: limit }));
  }
}

/** Nonsense, or nothing for too long. */
function isPeersFault(error: unknown): error is Error {
  return error instanceof RendezvousMessageError || error instanceof CancelReason;
}

function toRequest(message: RendezvousMessage): RendezvousRequest {
  if (message.type === "register_response" || message.type === "discover_response") {
    throw new RendezvousMessageError("it answers nothing that was asked");
  }
  return message;
}
