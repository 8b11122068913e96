import type { ShownMethod, ShownPeer, ShownPeers } from "../shown_peer.ts";

/** Something that has changed around a node. */
export type PeerEvent =
  | { readonly event: "found" | "changed"; readonly peer: ShownPeer }
  | { readonly event: "lost"; readonly "peer_id": string }
  | { readonly event: "method"; readonly method: ShownMethod };

/** Tells what is new since the last time. */
export class PeerNews {
  #peers = new Map<string, string>();
  #methods = new Map<string, string>();

  /**
   * What has changed.
   *
   * @param shown All that is there now.
   * @returns The news; at first, everything is.
   */
  update({ peers, methods }: ShownPeers): readonly PeerEvent[] {
    const events: PeerEvent[] = [];
    const nowPeers = new Map(peers.map((peer) => [peer["peer_id"], describePeer(peer)]));
    for (const peer of peers) {
      const before = this.#peers.get(peer["peer_id"]);
      if (before === nowPeers.get(peer["peer_id"])) continue;
      events.push({ event: before === undefined ? "found" : "changed", peer });
    }
    for (const peerId of this.#peers.keys()) {
      if (!nowPeers.has(peerId)) events.push({ event: "lost", "peer_id": peerId });
    }
    const nowMethods = new Map(methods.map((each) => [each.method, describeMethod(each)]));
    for (const method of methods) {
      if (this.#methods.get(method.method) === nowMethods.get(method.method)) continue;
      events.push({ event: "method", method });
    }
    this.#peers = nowPeers;
    this.#methods = nowMethods;
    return events;
  }
}

/** When it was seen last is no news. */
function describePeer(peer: ShownPeer): string {
  const { "last_seen": _seen, "age_s": _age, ...rest } = peer;
  return JSON.stringify(rest);
}

/** That it goes on as before is no news. */
function describeMethod({ ok, reason, peers }: ShownMethod): string {
  return JSON.stringify([ok, reason, peers]);
}
