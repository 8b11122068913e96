import { Checks } from "../checks.ts";
import type { TaskQueueLimits } from "../limits.ts";
import type { LocalClaimWork } from "./local_task_queue.ts";
import type { WorkWish } from "./work_offer.ts";

/** A checked wish for work. */
export interface WorkAsk {
  readonly wish: WorkWish;
  readonly limit: number;
  readonly waitMs: number;
  readonly leaseMs: number;
  readonly isFenced: boolean;
}

const MAX_TYPES = 64;
const MAX_TAGS = 64;
const MAX_TAG_LENGTH = 64;

/**
 * Check a claim and fill in what it leaves out.
 *
 * @throws {InvalidTaskError} If it makes no sense.
 */
export function toWorkAsk(
  input: LocalClaimWork,
  { limits, peerId }: { readonly limits: TaskQueueLimits; readonly peerId: string },
): WorkAsk {
  const check = new Checks("claim tasks");
  const { types, offers = [], session, isFenced = true } = input;
  return {
    wish: {
      peerId: input.claimer ?? peerId,
      worker: check.name("worker", input.worker),
      types: types === "any" ? types : checkTypes(check, types),
      offers: check.names("offers", offers, { max: MAX_TAGS, maxLength: MAX_TAG_LENGTH }),
      session: session === undefined ? null : check.name("session", session),
    },
    limit: check.integer("limit", input.limit ?? 1, { min: 1, max: limits.maxClaim }),
    waitMs: check.duration("waitMs", input.waitMs ?? 0),
    leaseMs: leaseMsOf(check, { ...input, isFenced }, limits),
    isFenced,
  };
}

/** How long a lease lasts for which its claimer asks so long. */
export function clampLeaseMs(leaseMs: number, limits: TaskQueueLimits): number {
  return Math.min(limits.maxLeaseMs, Math.max(limits.minLeaseMs, leaseMs));
}

function leaseMsOf(
  check: Checks,
  { leaseMs, isFenced }: { readonly leaseMs?: number | undefined; readonly isFenced: boolean },
  limits: TaskQueueLimits,
): number {
  if (leaseMs !== undefined) return clampLeaseMs(check.duration("leaseMs", leaseMs), limits);
  return isFenced ? limits.leaseMs : limits.legacyLeaseMs;
}

function checkTypes(check: Checks, types: readonly string[]): readonly string[] {
  check.integer("number of types", types.length, { min: 0, max: MAX_TYPES });
  return types.map((type) => check.name("type", type));
}
