import type { Config } from "../config/mod.ts";

/** The distributed hash table that a node takes part in. */
export interface ChosenTable {
  readonly kind: "private" | "public";
}

/** The groups of the configuration that decide about it. */
export interface TableSettings {
  readonly p2p: Pick<Config["p2p"], "bootstrapPeers">;
  readonly discovery: Pick<Config["discovery"], "dht" | "rendezvousPoints" | "rendezvousServer">;
  readonly reach: Pick<Config["reach"], "relayPeers" | "relayServer"> | undefined;
}

/**
 * Choose the distributed hash table for a node. Unless somebody has decided, a node is in the private
 * one if there is somebody to begin with, or if others begin with this node. The public one, where
 * strangers see the node, is for those who ask for it.
 *
 * @param settings What a person has configured.
 * @returns The table, or `undefined` for none.
 */
export function chooseTable({ p2p, discovery, reach }: TableSettings): ChosenTable | undefined {
  const { dht, rendezvousPoints, rendezvousServer } = discovery;
  if (dht === "off") return undefined;
  if (dht !== "auto") return { kind: dht };
  const known = [...p2p.bootstrapPeers, ...rendezvousPoints, ...reach?.relayPeers ?? []];
  const isMeetingPoint = rendezvousServer || reach?.relayServer === true;
  return known.length > 0 || isMeetingPoint ? { kind: "private" } : undefined;
}
