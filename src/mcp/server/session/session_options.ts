import type { Clock } from "../../../concurrency/mod.ts";
import type { SessionStore } from "../../../store/mod.ts";
import type { Logger, MetricsRegistry } from "../../../telemetry/mod.ts";
import type { McpService } from "../engine/mcp_service.ts";

/** Options of `createSessionEndpoint`. */
export interface SessionEndpointOptions {
  /** Does what sessions ask for. */
  readonly service: McpService;
  /** Where sessions outlive the process. The endpoint does not close it. @default in memory */
  readonly store?: SessionStore | undefined;
  /** How much is kept and for how long. @default see {@linkcode SessionLimits} */
  readonly limits?: Partial<SessionLimits> | undefined;
  /** An answer that takes longer comes as a stream of events, in milliseconds. @default {250} */
  readonly sseAfterMs?: number | undefined;
  /** A stream is sent a comment after this time without an event. @default {15000} */
  readonly keepAliveMs?: number | undefined;
  /** How long clients are told to wait before they come back for the rest of a stream. @default {1000} */
  readonly retryMs?: number | undefined;
  /** A result that is longer as JSON is replaced by an error. @default {16777216} */
  readonly maxResultBytes?: number | undefined;
  /** Told about what goes wrong. */
  readonly logger: Logger;
  /** Where sessions and streams are counted. @default {undefined} nowhere */
  readonly metrics?: MetricsRegistry | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/** How much an endpoint keeps, and for how long. */
export interface SessionLimits {
  /** A session without stream and running request is ended after this time. @default {1800000} */
  readonly idleTtlMs: number;
  /** Beyond that, sessions are ended, the one unused longest first. @default {10000} */
  readonly maxSessions: number;
  /** After this time without use, a session is in the store only. @default {60000} */
  readonly unloadAfterMs: number;
  /** Requests of one session that run at a time. @default {256} */
  readonly maxInFlight: number;
  /** Events of one session that a client can come back for. @default {1000} */
  readonly maxEvents: number;
  /** What these take in all. @default {4194304} */
  readonly maxEventBytes: number;
  /** What the events of all sessions take. @default {268435456} with a store, else {67108864} */
  readonly maxTotalEventBytes: number;
  /** What a session remembers, as JSON: who the client is, what it can do. @default {65536} */
  readonly maxStateBytes: number;
}

const MIB = 1024 * 1024;

/**
 * The limits with their defaults.
 *
 * @param options What was said about them.
 * @returns All of them.
 */
export function toSessionLimits(
  { limits = {}, store }: Pick<SessionEndpointOptions, "limits" | "store">,
): SessionLimits {
  return {
    idleTtlMs: limits.idleTtlMs ?? 1_800_000,
    maxSessions: limits.maxSessions ?? 10_000,
    unloadAfterMs: limits.unloadAfterMs ?? 60_000,
    maxInFlight: limits.maxInFlight ?? 256,
    maxEvents: limits.maxEvents ?? 1_000,
    maxEventBytes: limits.maxEventBytes ?? 4 * MIB,
    maxTotalEventBytes: limits.maxTotalEventBytes ?? (store === undefined ? 64 : 256) * MIB,
    maxStateBytes: limits.maxStateBytes ?? 64 * 1024,
  };
}
