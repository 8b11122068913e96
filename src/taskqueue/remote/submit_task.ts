import type { JsonObject } from "../../codec/mod.ts";
import { PeerProtocolError } from "../errors.ts";
import { toText } from "../protocol/coerce.ts";
import type { CallOptions, SubmitTask, SubmittedTask } from "../task_queue.ts";
import type { RepliedTo } from "./parse_reply.ts";
import type { PeerLink } from "./peer_link.ts";
import { hasMembersInPayload, toSubmission, withMembersInPayload } from "./requests.ts";
import { isRetryable } from "./retry_policy.ts";

/**
 * Submit a task to a peer. It is sent again after a failure if the peer goes by its idempotency key.
 * Python peers of 2026-02 go by none; those of 2026-08 by the one that the caller has given, which
 * they look for in the payload.
 */
export async function submitTask(
  link: PeerLink,
  input: SubmitTask,
  options: CallOptions,
): Promise<SubmittedTask> {
  options.signal?.throwIfAborted();
  const submission = toSubmission(input);
  if (hasMembersInPayload(input)) await link.identify(options);
  const { kind } = link.record;
  const request = {
    op: "submit",
    ...(kind === "python" ? withMembersInPayload(submission, input) : submission),
  };
  const ask = async (isRepeatable: boolean) => {
    const { message, peerId } = await link.ask(request, { ...options, isRepeatable });
    const receipt = parseReceipt(message, { op: "submit", peerId });
    link.record.kind ??= receipt.created === undefined ? "python" : "mcpp";
    return receipt;
  };
  if (kind === "mcpp") return await ask(true);
  try {
    return await ask(false);
  } catch (error) {
    if (!isRetryable(error, true) || !await goesByKey(link, input, options)) throw error;
  }
  return await ask(true);
}

/**
 * What a peer says of a submission.
 *
 * @throws {PeerProtocolError} If it names no task.
 */
export function parseReceipt(message: JsonObject, repliedTo: RepliedTo): SubmittedTask {
  const taskId = toText(message["task_id"]);
  if (taskId === "") throw new PeerProtocolError("invalid_reply", repliedTo);
  const { created } = message;
  const { peerId } = repliedTo;
  return { taskId, peerId, created: typeof created === "boolean" ? created : undefined };
}

async function goesByKey(
  link: PeerLink,
  input: SubmitTask,
  options: CallOptions,
): Promise<boolean> {
  if (await link.identify(options) === "mcpp") return true;
  return input.idempotencyKey !== undefined && !link.record.isLineOnly;
}
