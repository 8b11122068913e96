import { circuitRelayServer, circuitRelayTransport } from "@libp2p/circuit-relay-v2";
import { dcutr } from "@libp2p/dcutr";
import type { PeerId, Startable } from "@libp2p/interface";
import { multiaddr } from "@multiformats/multiaddr";
import type { NodeComponents } from "../node_components.ts";
import { leaveConnectionsOpen } from "./leave_connections_open.ts";
import type { RelayServerOptions } from "./reach_options.ts";

/** A place is offered for this long, and renewed before. */
const PLACE_TTL_MS = 60 * 60 * 1000;
const DEFAULT_MAX_RESERVATIONS = 128;
const DEFAULT_MAX_DURATION_MS = 10 * 60 * 1000;
const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;
/** Of all peers together, as the limit is for a connection to whoever relays. */
const MAX_RELAY_STREAMS = 512;

/** What of libp2p's relay transport chooses and keeps places at relays. */
export interface RelayClient extends AsyncDisposable {
  /** Whether there is a place at a relay. */
  hasPlace(relay: PeerId): boolean;
  /** Take a place at a relay, which must be connected. */
  takePlace(relay: PeerId): Promise<void>;
  /** Be told when a place was taken or lost. */
  onChange(listener: () => void): void;
}

/** How {@linkcode startRelayClient} is used. */
export interface RelayClientOptions {
  /** Places that may be held at a time; with 0 the node only reaches others through relays. */
  readonly maxPlaces: number;
  /** Try to make relayed connections direct ones. */
  readonly holePunch: boolean;
}

/**
 * Let a node that runs be reached, and reach others, through relays.
 *
 * @param components The node.
 * @param options What for.
 */
export async function startRelayClient(
  components: NodeComponents,
  { maxPlaces, holePunch }: RelayClientOptions,
): Promise<RelayClient> {
  await using started = new AsyncDisposableStack();
  const transport = circuitRelayTransport({
    maxInboundStopStreams: MAX_RELAY_STREAMS,
    maxOutboundStopStreams: MAX_RELAY_STREAMS,
  })(components) as RelayTransport;
  // It would dial every peer that any method finds, to see whether it is a relay.
  transport.discovery = undefined;
  components.transportManager.add(transport);
  await startUntilDisposed(started, transport);
  if (holePunch) {
    await startUntilDisposed(started, dcutr()(leaveConnectionsOpen(components)) as Startable);
  }
  const places = Array.from({ length: maxPlaces }, () => multiaddr("/p2p-circuit"));
  await components.transportManager.listen(places);
  const { reservationStore: store } = transport;
  const owned = started.move();
  return {
    hasPlace: (relay) => store.hasReservation(relay),
    takePlace: async (relay) => {
      await store.addRelay(relay, "discovered");
    },
    onChange: (listener) => {
      store.addEventListener("relay:created-reservation", listener);
      store.addEventListener("relay:removed", listener);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/**
 * Let a node that runs relay for others.
 *
 * @param components The node.
 * @param options Its limits.
 */
export async function startRelayServer(
  components: NodeComponents,
  options: RelayServerOptions,
): Promise<AsyncDisposable> {
  const {
    maxReservations = DEFAULT_MAX_RESERVATIONS,
    maxDurationMs = DEFAULT_MAX_DURATION_MS,
    maxBytes = DEFAULT_MAX_BYTES,
  } = options;
  await using started = new AsyncDisposableStack();
  const server = circuitRelayServer({
    maxInboundHopStreams: MAX_RELAY_STREAMS,
    maxOutboundHopStreams: MAX_RELAY_STREAMS,
    maxOutboundStopStreams: MAX_RELAY_STREAMS,
    reservations: {
      maxReservations,
      reservationTtl: PLACE_TTL_MS,
      // In milliseconds, which it also sends where the specification has seconds; nobody acts on that.
      defaultDurationLimit: maxDurationMs,
      defaultDataLimit: BigInt(maxBytes),
    },
  })(components);
  await startUntilDisposed(started, server as typeof server & Startable);
  return started.move();
}

/** What libp2p's relay transport has, and does not tell in its type. */
type RelayTransport = ReturnType<ReturnType<typeof circuitRelayTransport>> & Startable & {
  discovery: undefined;
  readonly reservationStore: EventTarget & {
    hasReservation(relay: PeerId): boolean;
    addRelay(relay: PeerId, type: "discovered"): Promise<unknown>;
  };
};

async function startUntilDisposed(stack: AsyncDisposableStack, part: Startable): Promise<void> {
  await part.start();
  stack.defer(async () => await part.stop());
}
