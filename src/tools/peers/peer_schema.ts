import { z } from "zod";
import type { JsonObject } from "../../codec/mod.ts";
import type { PeerRow } from "./list_peer_rows.ts";

/** Shape of a {@linkcode PeerRow}. */
export const peerSchema: z.ZodType<PeerRow> = z.lazy(() =>
  z.object({
    "peer_id": z.string(),
    multiaddr: z.string(),
    multiaddrs: z.array(z.string()),
    method: z.string().describe("How it was found; contact if it came by itself."),
    methods: z.array(z.string()),
    discovered: z.boolean().describe("false: it came by itself, its address may not be known."),
    connected: z.boolean(),
    relayed: z.boolean().optional().describe("Whether it is connected through relays only."),
    "last_seen": z.number().describe("Seconds since the epoch."),
    "age_s": z.number(),
    alive: z.boolean(),
    "worker_id": z.string().optional().describe("Its worker, if it has asked this node for work."),
    "supported_task_types": z.array(z.string()).optional(),
    name: z.string().optional().describe("What this node's owner calls it."),
    roles: z.array(z.string()).optional().describe("What this node's owner lets it do."),
    revoked: z.boolean().optional().describe("true: this node's owner trusts it no more."),
    capabilities: (z.looseObject({}) as unknown as z.ZodType<JsonObject>).optional(),
    "capabilities_error": z.string().optional(),
  })
);
