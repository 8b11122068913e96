import { z } from "zod";
import type { MethodHealth } from "./neighbourhood.ts";

/** How a way to find peers does, as tools show it. */
export interface MethodRow {
  /** Its name, such as `mdns`. */
  readonly method: string;
  /** Where the peers are that it finds. */
  readonly reach: "host" | "lan" | "wide";
  /** Whether its last round ended well; absent before the first one has ended. */
  readonly ok?: boolean | undefined;
  /** What went wrong in the last round. */
  readonly reason?: string | undefined;
  /** Rounds that went wrong, one after the other. */
  readonly failures: number;
  /** When a round last ended well, in seconds since the epoch. */
  readonly "last_success"?: number | undefined;
  /** How long the last round took, in seconds. */
  readonly "last_duration_s"?: number | undefined;
  /** How many peers are known by it. */
  readonly peers: number;
}

/** Shape of a {@linkcode MethodRow}. */
export const methodSchema: z.ZodType<MethodRow> = z.lazy(() =>
  z.object({
    method: z.string(),
    reach: z.enum(["host", "lan", "wide"]).describe("Where the peers are that it finds."),
    ok: z.boolean().optional().describe("Absent before its first round has ended."),
    reason: z.string().optional().describe("What went wrong in its last round."),
    failures: z.number().describe("Rounds that went wrong, one after the other."),
    "last_success": z.number().optional().describe("Seconds since the epoch."),
    "last_duration_s": z.number().optional(),
    peers: z.number().describe("How many peers are known by it."),
  })
);

/**
 * How a way to find peers does, as tools show it.
 *
 * @param health How it does.
 * @returns Its row.
 */
export function toMethodRow(health: MethodHealth): MethodRow {
  const { method, reach, ok, reason, failures, lastSuccessMs, lastDurationMs, peers } = health;
  return {
    method,
    reach,
    ...(ok !== undefined && { ok }),
    ...(reason !== undefined && { reason }),
    failures,
    ...(lastSuccessMs !== undefined && { "last_success": lastSuccessMs / 1000 }),
    ...(lastDurationMs !== undefined && { "last_duration_s": lastDurationMs / 1000 }),
    peers,
  };
}
