import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import { type TargetInput, targetOf } from "../target.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { toDockerPayload } from "./docker_payload.ts";
import { readPayloadHints } from "./payload_hints.ts";
import { type SubmitTaskOutput, submitTo } from "./submit_to.ts";

/** Arguments of the tools that submit containers. */
export interface DockerInput extends TargetInput {
  /** More of the payload. */
  readonly extra: JsonObject | null;
  /** The payload. */
  readonly [name: string]: JsonValue | undefined;
}

/** A container to submit. */
export interface DockerSubmission {
  /** The type of its task. */
  readonly type: string;
  /** What was given. */
  readonly input: DockerInput;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/**
 * Submit the task of a container.
 *
 * @param deps Finds the queue.
 * @param submission What kind of task, and the arguments: all but the target go into its payload.
 * @returns What the tools that submit return.
 */
export function submitDocker(
  deps: TaskQueueToolDeps,
  { type, input, signal }: DockerSubmission,
): Promise<SubmitTaskOutput> {
  const { extra, "remote_multiaddr": _multiaddr, "remote_peer_id": _peerId, ...given } = input;
  const payload = toDockerPayload({ given, extra });
  const task = { type, model: "docker", payload, ...readPayloadHints(payload) };
  return submitTo(deps, { target: targetOf(input), task, signal });
}
