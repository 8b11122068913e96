import { z } from "zod";
import type { LookReport } from "./neighbourhood.ts";

/** What one method did when it was told to look, as tools show it. */
export interface LookRow {
  /** Its name, such as `mdns`. */
  readonly method: string;
  /** Whether its round ended well. */
  readonly ok: boolean;
  /** What went wrong. */
  readonly reason?: string | undefined;
  /** The peers that it found, also if something went wrong. */
  readonly "peer_ids": readonly string[];
  /** How long it took, in seconds. */
  readonly "duration_s": number;
}

/** Shape of a {@linkcode LookRow}. */
export const lookSchema: z.ZodType<LookRow> = z.lazy(() =>
  z.object({
    method: z.string(),
    ok: z.boolean(),
    reason: z.string().optional().describe("What went wrong."),
    "peer_ids": z.array(z.string()).describe("Whom it found, also if something went wrong."),
    "duration_s": z.number(),
  })
);

/**
 * What one method did, as tools show it.
 *
 * @param report What it did.
 * @returns Its row.
 */
export function toLookRow({ method, ok, reason, peerIds, durationMs }: LookReport): LookRow {
  return {
    method,
    ok,
    ...(reason !== undefined && { reason }),
    "peer_ids": [...peerIds],
    "duration_s": durationMs / 1000,
  };
}
