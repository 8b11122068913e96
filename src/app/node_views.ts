import type { Clock } from "../concurrency/mod.ts";
import { bindPrompt, type BoundPrompt, type ResourceProvider } from "../mcp/server/mod.ts";
import {
  delegateJob,
  diagnoseWaitingTask,
  type PromptDeps,
  summarizeQueue,
} from "../prompts/mod.ts";
import { createPeerResources, createTaskResources } from "../resources/mod.ts";
import type { TaskQueue } from "../taskqueue/mod.ts";
import type { Neighbourhood } from "../tools/mod.ts";

/** What a node's resources are about. */
export interface NodeResourceDeps {
  readonly queue: TaskQueue;
  /** `undefined` when P2P is off. */
  readonly neighbourhood: Neighbourhood | undefined;
  readonly clock: Clock;
}

/**
 * What of a node can be read.
 *
 * @param deps What it is about.
 * @returns The resources.
 */
export function createResources(deps: NodeResourceDeps): readonly ResourceProvider[] {
  const { queue, neighbourhood, clock } = deps;
  return [
    createTaskResources({ queue, clock }),
    ...(neighbourhood === undefined ? [] : [createPeerResources({ neighbourhood, clock })]),
  ];
}

/**
 * Prompts that help an agent to use a node.
 *
 * @param deps What they are about.
 * @returns The prompts.
 */
export function createPrompts(deps: PromptDeps): readonly BoundPrompt[] {
  return [
    bindPrompt(delegateJob, deps),
    bindPrompt(diagnoseWaitingTask, deps),
    bindPrompt(summarizeQueue, deps),
  ];
}
