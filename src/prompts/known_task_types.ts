import type { PromptDeps } from "./deps.ts";

/**
 * Types of tasks that somebody takes or has submitted.
 *
 * @param deps The queue and the neighbours.
 * @param signal Gives up.
 * @returns The types: those that this node's worker takes, those of peers that have lately asked for
 * work, those of tasks there are.
 */
export async function knownTaskTypes(
  { queue, neighbourhood }: Pick<PromptDeps, "queue" | "neighbourhood">,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const [{ taskTypes }, { byType }] = await Promise.all([
    queue.status({ signal }),
    queue.counts({ signal }),
  ]);
  const ofPeers = neighbourhood?.workingPeers?.().flatMap((peer) => peer.taskTypes) ?? [];
  return [...new Set([...taskTypes, ...ofPeers, ...byType.keys()])];
}
