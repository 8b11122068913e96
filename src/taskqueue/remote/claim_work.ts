import type { Task } from "../../task/mod.ts";
import type { CallOptions, ClaimWork } from "../task_queue.ts";
import type { OpFallback } from "./op_fallback.ts";
import { parseClaimedTasks } from "./parse_reply.ts";
import type { PeerLink } from "./peer_link.ts";
import { toClaimRequest } from "./requests.ts";

/** A peer that does not wait for work is asked again after this time. */
const PAUSE_MS = 1_000;

/** Claim from a peer, by as many requests as the time to wait takes. */
export async function claimWork(
  link: PeerLink,
  ops: OpFallback,
  { input, signal }: CallOptions & { readonly input: ClaimWork },
): Promise<readonly Task[]> {
  const { clock, limits } = link;
  const endMs = clock.monotonicMs() + (input.waitMs ?? 0);
  for (;;) {
    const askedAtMs = clock.monotonicMs();
    const waitMs = Math.max(0, Math.min(endMs - askedAtMs, limits.maxRequestWaitMs));
    const tasks = await claimOnce(link, ops, { input: { ...input, waitMs }, signal });
    const nowMs = clock.monotonicMs();
    if (tasks.length > 0 || nowMs >= endMs) return tasks;
    // Python peers answer at once that there is nothing.
    const hasWaited = nowMs - askedAtMs >= Math.min(waitMs, PAUSE_MS);
    if (!hasWaited) await clock.sleep(Math.min(PAUSE_MS, endMs - nowMs), { signal });
  }
}

/** A claim may take tasks, so it is never sent again after it may have been read. */
async function claimOnce(
  link: PeerLink,
  ops: OpFallback,
  { input, signal }: CallOptions & { readonly input: ClaimWork },
): Promise<readonly Task[]> {
  const { limit = 1, waitMs = 0, types } = input;
  if (types !== "any" && types.length === 0) {
    // On the wire an empty list means any type.
    if (waitMs > 0) await link.clock.sleep(waitMs, { signal });
    return [];
  }
  const ask = async (op: "claim" | "claim_many") => {
    const request = toClaimRequest(op, input);
    const { message, peerId } = await link.ask(request, { signal, isRepeatable: false, waitMs });
    return parseClaimedTasks(message, input, { op, peerId });
  };
  if (limit <= 1) return await ask("claim");
  return await ops.run("claim_many", () => ask("claim_many"), () => ask("claim"));
}
