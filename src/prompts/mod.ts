/**
 * Prompts that help an agent to use the swarm well. Each is made of facts of the moment, with the
 * resources that they are about embedded.
 *
 * @module
 */

export { delegateJob } from "./delegate_job.ts";
export type { PromptDeps } from "./deps.ts";
export { diagnoseWaitingTask } from "./diagnose_waiting_task.ts";
export { summarizeQueue } from "./summarize_queue.ts";
