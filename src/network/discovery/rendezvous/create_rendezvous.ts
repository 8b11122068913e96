import { shield } from "../../../concurrency/mod.ts";
import type { Network } from "../../network.ts";
import type { DiscoveryContext, DiscoveryMethod } from "../discovery_method.ts";
import type { PeerRecordCodec } from "../peer_record_codec.ts";
import { RendezvousFailedError } from "./errors.ts";
import { createExchange, type Exchange } from "./exchange.ts";
import { OwnRecord } from "./own_record.ts";
import type { ListedPeer } from "./point_listing.ts";
import { PointSession } from "./point_session.ts";
import { DEFAULT_TTL_MS, isNamespace, MAX_TTL_MS } from "./protocol.ts";
import type { RendezvousPoint } from "./rendezvous_point.ts";

const INTERVAL_MS = 30_000;
const BUDGET_MS = 20_000;
/** Several rounds. A registration may last for days, and is no proof that the peer is still there. */
const MAX_FOUND_TTL_MS = 5 * 60 * 1000;
/** A peer has a handful; a liar could claim any number. */
const MAX_ADDRESSES_PER_PEER = 16;
const MAX_ADDRESS_LENGTH = 512;
/** To be listed no more is a courtesy; no stop waits long for it. */
const UNREGISTER_TIMEOUT_MS = 2_000;

/** How peers are met at rendezvous points. */
export interface RendezvousOptions {
  /** How points are reached. */
  readonly network: Pick<Network, "openStream">;
  /** The points, as multiaddrs. */
  readonly points: readonly string[];
  /** The point that this node serves itself: it is listed there, and finds those who are. @default {none} */
  readonly ownPoint?: RendezvousPoint | undefined;
  /** What the peers have in common: 1 to 255 bytes. */
  readonly namespace: string;
  /** Signs this node's record and checks those of others. */
  readonly records: PeerRecordCodec;
  /** How long a registration lasts if it is not renewed, up to 72 hours. @default {7200000} 2 hours */
  readonly ttlMs?: number | undefined;
  /** A round is begun this long after the one before. @default {30000} */
  readonly intervalMs?: number | undefined;
}

/**
 * Find peers at rendezvous points, and be found there: libp2p rendezvous protocol 1.0.0.
 *
 * All points are asked side by side. A node that can be dialled registers, renews its registration when half
 * of it is over or its addresses have changed, and takes it back when it stops. A round fails only if no
 * point could be used.
 *
 * @param options The points, the namespace, the codec for records.
 * @returns The method.
 * @throws {RangeError} If the namespace or the duration cannot be used.
 */
export function createRendezvous(options: RendezvousOptions): DiscoveryMethod {
  const { namespace, ttlMs = DEFAULT_TTL_MS } = options;
  if (!isNamespace(namespace)) {
    throw new RangeError(
      `Cannot meet peers as a namespace has 1 to 255 bytes: namespace "${namespace}"`,
    );
  }
  if (!(ttlMs >= 1000 && ttlMs <= MAX_TTL_MS)) {
    throw new RangeError(`Cannot meet peers as the TTL is not from 1 s to 72 h: ttlMs "${ttlMs}"`);
  }
  return new Rendezvous({ ...options, ttlMs });
}

class Rendezvous implements DiscoveryMethod {
  readonly name = "rendezvous";
  readonly reach = "wide";
  readonly intervalMs: number;
  readonly budgetMs = BUDGET_MS;
  readonly #options: RendezvousOptions & { readonly ttlMs: number };
  #sessions: readonly PointSession[] = [];
  // Points that have failed the last time: once is news.
  readonly #failing = new Set<string>();

  constructor(options: RendezvousOptions & { readonly ttlMs: number }) {
    this.#options = options;
    this.intervalMs = options.intervalMs ?? INTERVAL_MS;
  }

  start(context: DiscoveryContext): Promise<AsyncDisposable> {
    const sessions = this.#createSessions(context);
    this.#sessions = sessions;
    return Promise.resolve({
      [Symbol.asyncDispose]: async (): Promise<void> => {
        await Promise.all(sessions.map((session) => unregister(session, context)));
      },
    });
  }

  async look(context: DiscoveryContext, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const outcomes = await Promise.allSettled(
      this.#sessions.map((session) => this.#meet(session, context, signal)),
    );
    signal.throwIfAborted();
    const failures = outcomes.filter((outcome) => outcome.status === "rejected");
    if (failures.length === 0 || failures.length < outcomes.length) return;
    const points = this.#sessions.map(({ point }) => point);
    throw new RendezvousFailedError(points, failures.map(({ reason }) => reason));
  }

  #createSessions(context: DiscoveryContext): readonly PointSession[] {
    const { network, points, ownPoint, namespace, ttlMs, records } = this.#options;
    const ownRecord = new OwnRecord(records);
    const { clock } = context;
    const create = (point: string, exchange: Exchange): PointSession =>
      new PointSession({ point, exchange, namespace, ttlMs, ownRecord, records, context });
    const sessions = points.map((multiaddr) =>
      create(multiaddr, createExchange({ network, multiaddr, clock }))
    );
    if (ownPoint === undefined) return sessions;
    const askOwn: Exchange = (request) => ownPoint.answer(context.self.peerId, request);
    return [create("this node", askOwn), ...sessions];
  }

  async #meet(
    session: PointSession,
    context: DiscoveryContext,
    signal: AbortSignal,
  ): Promise<void> {
    const before = session.peers();
    try {
      await session.meet(() => this.#report(session, before, context), signal);
      this.#failing.delete(session.point);
    } catch (error) {
      if (!signal.aborted) this.#noteFailure(session, error, context);
      throw error;
    }
  }

  #report(
    session: PointSession,
    before: readonly ListedPeer[],
    context: DiscoveryContext,
  ): void {
    for (const { record, ttlMs } of session.peers()) {
      const { peerId, multiaddrs, seq } = record;
      const others = this.#sessions.map((other) => other.get(peerId)?.seq ?? seq);
      // Another point has a newer record of the same peer.
      if (peerId === context.self.peerId || others.some((other) => other > seq)) continue;
      context.found({
        peerId,
        multiaddrs: multiaddrs
          .filter(({ length }) => length <= MAX_ADDRESS_LENGTH)
          .slice(0, MAX_ADDRESSES_PER_PEER),
        ttlMs: Math.min(ttlMs, MAX_FOUND_TTL_MS),
      });
    }
    for (const { record: { peerId } } of before) {
      const isListed = this.#sessions.some((other) => other.get(peerId) !== undefined);
      if (!isListed) context.lost(peerId);
    }
  }

  #noteFailure({ point }: PointSession, error: unknown, { logger }: DiscoveryContext): void {
    const fields = { point, error };
    if (this.#failing.has(point)) logger?.debug("Rendezvous point not usable", fields);
    else logger?.warn("Rendezvous point not usable", fields);
    this.#failing.add(point);
  }
}

async function unregister(session: PointSession, context: DiscoveryContext): Promise<void> {
  const { clock, logger } = context;
  try {
    await shield((signal) => session.unregister(signal), {
      deadlineMs: UNREGISTER_TIMEOUT_MS,
      name: "unregister from rendezvous point",
      clock,
    });
  } catch (error) {
    // It forgets us in time.
    logger?.debug("Rendezvous point not told of the end", { point: session.point, error });
  }
}
