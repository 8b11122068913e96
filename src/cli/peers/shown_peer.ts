import { z } from "zod";

const text = z.string().default("");
const number = z.number().default(0);
const flag = z.boolean().default(false);

/** What commands read of what a peer says of itself. */
export const capabilitiesSchema = z.looseObject({
  capabilities: z.looseObject({
    "task_types": z.array(z.string()).default([]),
    models: z.array(z.string()).default([]),
  }).optional(),
});

/** What commands read of a peer; a server may say more, or less. */
export const shownPeerSchema = z.looseObject({
  "peer_id": z.string(),
  name: text,
  multiaddr: text,
  multiaddrs: z.array(z.string()).default([]),
  method: text,
  methods: z.array(z.string()).default([]),
  connected: flag,
  relayed: flag,
  alive: flag,
  "last_seen": number,
  roles: z.array(z.string()).default([]),
  revoked: flag,
  "worker_id": text,
  capabilities: capabilitiesSchema.optional(),
  "capabilities_error": z.string().optional(),
});

/** What commands read of a way to find peers. */
const shownMethodSchema = z.looseObject({
  method: z.string(),
  ok: z.boolean().optional(),
  reason: text,
  failures: number,
  "last_success": number,
  "last_duration_s": z.number().optional(),
  peers: number,
});

/** What commands read of all peers around a node. */
export const shownPeersSchema = z.looseObject({
  "self_peer_id": text,
  "listen_port": number,
  reachability: z.looseObject({ status: text }).optional(),
  peers: z.array(shownPeerSchema),
  methods: z.array(shownMethodSchema).default([]),
});

/** A peer as commands show it. */
export type ShownPeer = z.infer<typeof shownPeerSchema>;
/** A way to find peers as commands show it. */
export type ShownMethod = z.infer<typeof shownMethodSchema>;
/** All peers around a node as commands show them. */
export type ShownPeers = z.infer<typeof shownPeersSchema>;
