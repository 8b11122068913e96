import type { Connection, ConnectionGater, Libp2p } from "@libp2p/interface";
import type { Offence } from "../../conduct/offence.ts";
import { PeerConduct, type PeerConductOptions } from "../../conduct/peer_conduct.ts";
import { createConnectionGater } from "../connection_gater.ts";
import { BandwidthLimit } from "./bandwidth_limit.ts";
import { ConnectionLimits, type CountedConnection } from "./connection_limits.ts";
import { hostOf } from "./host_of.ts";
import { PeerStoreGuard } from "./peer_store_guard.ts";
import { type MuxerProvider, StreamWatch } from "./stream_watch.ts";

/** Holds a libp2p node's peers to what they may do below the level of protocols. */
export class NodeGuard {
  /** Is to be asked by the node about each connection. */
  readonly gater: ConnectionGater;
  /** What the node thinks of its peers. */
  readonly conduct: PeerConduct;
  readonly #options: PeerConductOptions;
  readonly #limits: ConnectionLimits;
  readonly #streams: StreamWatch;
  #node: Libp2p | undefined;

  constructor(options: PeerConductOptions) {
    const { clock } = options;
    const conduct = new PeerConduct(options);
    const isTrusted = (peerId: string): boolean => conduct.isTrusted(peerId);
    this.conduct = conduct;
    this.#options = options;
    this.#limits = new ConnectionLimits(clock);
    this.#streams = new StreamWatch({
      onFlood: (peerId) => this.refuseFlood(peerId, "too_many_failed_streams"),
      clock,
    });
    this.gater = createConnectionGater({
      conduct,
      limits: this.#limits,
      bandwidth: new BandwidthLimit({ isTrusted, clock }),
      untrustedConnections: () => this.#listUntrusted(),
    });
  }

  /** Watch the muxers that the node will make. */
  rememberMuxers<Components>(provide: MuxerProvider<Components>): MuxerProvider<Components> {
    return this.#streams.remember(provide);
  }

  /** Begin to watch the node. */
  attach(node: Libp2p): void {
    const { logger } = this.#options;
    this.#node = node;
    node.addEventListener("connection:open", ({ detail }) => this.#streams.watch(detail));
    new PeerStoreGuard({
      node,
      onTooMany: (peerId) => this.#refuseAndNote(peerId, "too_many_addresses", "too_large"),
      onError: (error) => logger?.debug("The store of peers could not be cut", { error }),
    });
  }

  /** A peer has misbehaved. If that is enough, it is banned and cut off. */
  noteOffence(peerId: string, offence: Offence): void {
    if (!this.conduct.noteOffence(peerId, offence)) return;
    this.conduct.refuse({ peerId, reason: "banned", subject: offence });
    const connections = this.#connectionsOf(peerId);
    // One peer counts once, however often it is connected. Whom a relay connects is not its fault.
    const direct = connections.filter((connection) => connection.direct);
    for (const host of new Set(direct.map(({ remoteAddr }) => hostOf(remoteAddr)))) {
      if (host !== undefined) this.#limits.noteBannedPeer(host);
    }
    // It would take its time to close in good order.
    for (const connection of connections) connection.abort(new Error("The peer is banned"));
  }

  /** A peer was refused something as it has asked for too much of it. */
  refuseFlood(peerId: string, reason: string): void {
    this.#refuseAndNote(peerId, reason, "flood");
  }

  #refuseAndNote(peerId: string, reason: string, offence: Offence): void {
    this.conduct.refuse({ peerId, reason, subject: "connection" });
    this.noteOffence(peerId, offence);
  }

  #connectionsOf(peerId: string): readonly Connection[] {
    const all = this.#node?.getConnections() ?? [];
    return all.filter(({ remotePeer }) => remotePeer.toString() === peerId);
  }

  #listUntrusted(): readonly CountedConnection[] {
    return (this.#node?.getConnections() ?? [])
      .filter(({ direction, status }) => direction === "inbound" && status === "open")
      .map(({ remotePeer, remoteAddr }) => ({
        peerId: remotePeer.toString(),
        host: hostOf(remoteAddr),
      }))
      .filter(({ peerId }) => !this.conduct.isTrusted(peerId));
  }
}
