import { ask } from "../server/ask_raw.ts";
import {
  type ServedFixture,
  type ServedFixtureOptions,
  TOKEN,
  withServedQueue,
} from "../with_served_queue.ts";

/** A message, as it is on the wire. */
export type Message = Record<string, unknown>;

/** A served queue, and ways to ask it. */
export interface OpsFixture extends ServedFixture {
  /** Asks as the peer `client`. */
  call(request: Message): Promise<Message>;
  /** Asks as another peer, as each request of a Python client does. */
  callAs(peerId: string, request: Message): Promise<Message>;
  /** Submits a task of the type `text`. */
  submitTask(): Promise<string>;
}

/** A claim as Python peers send it. */
export const CLAIM = { op: "claim", "worker_id": "w", "task_types": "text" };
/** A claim of a peer that knows leases. */
export const FENCED_CLAIM = { ...CLAIM, lease: true };

/** Runs a test body with a served queue. */
export async function withOps(
  body: (fixture: OpsFixture) => Promise<void>,
  options: ServedFixtureOptions = {},
): Promise<void> {
  await withServedQueue(async (served) => {
    const { network, hub, queue } = served;
    await body({
      ...served,
      call: (request) => ask(network, { ...request, token: TOKEN }),
      async callAs(peerId, request) {
        await using own = hub.open({ peerId });
        return await ask(own, { ...request, token: TOKEN });
      },
      async submitTask() {
        return (await queue.submit({ type: "text", payload: {} })).taskId;
      },
    });
  }, options);
}

/** The task of a reply. */
export function taskOf(reply: Message): Message {
  const { task } = reply;
  if (typeof task === "object" && task !== null) return task as Message;
  throw new Error(`The reply has no task: ${JSON.stringify(reply)}`);
}
