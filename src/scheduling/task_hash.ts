import { hashText } from "./hash_text.ts";

/** What the hash of a queue's task is made of. */
export interface TaskHashInput {
  /** Task id. */
  readonly taskId: string;
  /** Task type. */
  readonly taskType: string;
  /** Model name; may be empty. */
  readonly modelName: string;
}

/** What the hash of a workflow's task is made of. */
export interface WorkflowTaskHashInput {
  /** Task id. */
  readonly taskId: string;
  /** Workflow id. */
  readonly workflowId: string;
}

/**
 * The hash that stands for a task when its owner is chosen: SHA-256 of id, type and model name,
 * joined by colons. The parts are not escaped, so different tasks can share a hash.
 *
 * @param input The parts.
 * @returns 64 lower-case hexadecimal digits.
 * @throws {UnencodableTextError} If a part has an unpaired surrogate.
 *
 * @example A task
 * ```ts
 * import { taskHash } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const hash = taskHash({ taskId: "t1", taskType: "text-generation", modelName: "gpt2" });
 * assert.equal(hash, "507a3262877b0e07c486980ffaba51f36c2fe59bf3693efa10fe1ca5e2407738");
 * ```
 */
export function taskHash(input: TaskHashInput): string {
  return hashText(`${input.taskId}:${input.taskType}:${input.modelName}`);
}

/**
 * The hash of a workflow's task: SHA-256 of task id and workflow id, joined by a colon.
 *
 * @param input The parts.
 * @returns 64 lower-case hexadecimal digits.
 * @throws {UnencodableTextError} If a part has an unpaired surrogate.
 */
export function workflowTaskHash(input: WorkflowTaskHashInput): string {
  return hashText(`${input.taskId}:${input.workflowId}`);
}
