import type { ConnectionGater, MultiaddrConnection, PeerId } from "@libp2p/interface";
import type { PeerConduct } from "../conduct/peer_conduct.ts";
import type { BandwidthLimit } from "./guard/bandwidth_limit.ts";
import type { ConnectionLimits, CountedConnection } from "./guard/connection_limits.ts";
import { hostOf } from "./guard/host_of.ts";
import { PendingConnections } from "./guard/pending_connections.ts";

/** What decides about connections. */
export interface ConnectionGaterOptions {
  readonly conduct: PeerConduct;
  readonly limits: ConnectionLimits;
  readonly bandwidth: BandwidthLimit;
  /** The open connections that peers who are not trusted have made. */
  readonly untrustedConnections: () => readonly CountedConnection[];
}

/**
 * Create what libp2p asks about each connection. It is refused as early as possible: by its address
 * before anything else; by its peer as soon as that is proven; for want of a place when it is ready.
 */
export function createConnectionGater(options: ConnectionGaterOptions): ConnectionGater {
  const { conduct, bandwidth } = options;
  const pending = new PendingConnections();
  const isRefused = (id: PeerId): boolean => conduct.refusalOf(id.toString()) !== undefined;
  const refuse = (host: string | undefined, id: PeerId | undefined, reason?: string): boolean => {
    const peerId = id?.toString() ?? "";
    if (reason !== undefined) conduct.refuse({ peerId, host, reason, subject: "connection" });
    return reason !== undefined;
  };
  return {
    denyDialPeer: isRefused,
    denyOutboundEncryptedConnection: isRefused,
    denyOutboundUpgradedConnection(id, connection) {
      if (isRefused(id)) return true;
      watchBandwidth(bandwidth, id, connection);
      return false;
    },
    // libp2p's own refuses private addresses where it thinks to be in a browser.
    denyDialMultiaddr: () => false,
    denyInboundConnection(connection) {
      const host = hostOf(connection.remoteAddr);
      if (host === undefined) return false;
      const isTooFast = !options.limits.tryBegin(host);
      if (isTooFast) return refuse(host, undefined, "too_many_attempts");
      const hasPlace = pending.tryAdd(host, connection);
      return refuse(host, undefined, hasPlace ? undefined : "too_many_pending");
    },
    denyInboundEncryptedConnection(id, connection) {
      const host = hostOf(connection.remoteAddr);
      return refuse(host, id, refusalOf(id.toString(), host, options));
    },
    denyInboundUpgradedConnection(id, connection) {
      pending.end(connection);
      const host = hostOf(connection.remoteAddr);
      // Since the handshake, which may be a while ago, it may have been revoked or banned.
      const reason = conduct.refusalOf(id.toString()) ?? excessOf(id.toString(), host, options);
      if (refuse(host, id, reason)) return true;
      watchBandwidth(bandwidth, id, connection);
      return false;
    },
    denyInboundRelayReservation: isRefused,
    // Who it is has not been proven yet: the relay says so.
    denyInboundRelayedConnection: (_relay, id) =>
      refuse(undefined, id, conduct.refusalOf(id.toString())),
    denyOutboundRelayedConnection: (source, destination) =>
      isRefused(source) || isRefused(destination),
  };
}

function refusalOf(
  peerId: string,
  host: string | undefined,
  { conduct, limits }: ConnectionGaterOptions,
): string | undefined {
  const reason = conduct.refusalOf(peerId);
  if (reason !== undefined || conduct.isTrusted(peerId)) return reason;
  return limits.isBanned(host) ? "host_banned" : undefined;
}

function excessOf(
  peerId: string,
  host: string | undefined,
  { conduct, limits, untrustedConnections }: ConnectionGaterOptions,
): string | undefined {
  if (conduct.isTrusted(peerId)) return undefined;
  return limits.excessOf({ peerId, host }, untrustedConnections());
}

function watchBandwidth(limit: BandwidthLimit, id: PeerId, connection: MultiaddrConnection): void {
  // A relayed connection is part of the one to the relay, which is limited as a whole.
  const isRelayed = connection.remoteAddr.getComponents().some(({ name }) =>
    name === "p2p-circuit"
  );
  if (!isRelayed) limit.watch(id.toString(), connection);
}
