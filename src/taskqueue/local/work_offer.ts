import type { Affinity, Task } from "../../task/mod.ts";

/** What claimers need to know of a task that they could have. */
export interface WorkOffer {
  readonly id: string;
  readonly type: string;
  readonly model: string;
  readonly requires: readonly string[];
  readonly affinity: Affinity | null;
  /** Since when it can be claimed. */
  readonly readyAtMs: number;
}

/** What a claimer asks for. */
export interface WorkWish {
  /** Who asks, as the handshake has proven. */
  readonly peerId: string;
  /** Worker id. */
  readonly worker: string;
  readonly types: readonly string[] | "any";
  /** Tags, sorted. */
  readonly offers: readonly string[];
  readonly session: string | null;
}

/** The offer of a queued task. */
export function toOffer(task: Task): WorkOffer {
  const { id, type, model, requires, affinity, notBeforeMs } = task;
  return { id, type, model, requires, affinity, readyAtMs: notBeforeMs };
}

/** Whether a claimer with these tags and of this session may have the task, its worker id apart. */
export function suits(
  offer: WorkOffer,
  claimer: Pick<WorkWish, "offers" | "session">,
  nowMs: number,
): boolean {
  if (!offer.requires.every((tag) => claimer.offers.includes(tag))) return false;
  const session = affinityOf(offer, nowMs)?.session ?? null;
  return session === null || session === claimer.session;
}

/** The task's affinity while it lasts. */
export function affinityOf({ affinity }: WorkOffer, nowMs: number): Affinity | null {
  return affinity !== null && nowMs < affinity.untilMs ? affinity : null;
}
