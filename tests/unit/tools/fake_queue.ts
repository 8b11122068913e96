import type { TaskQueue } from "../../../src/taskqueue/mod.ts";
import type { QueueTarget, TaskQueueToolDeps } from "../../../src/tools/mod.ts";

/** What a tool asked of a queue. */
export interface QueueCall {
  readonly method: string;
  readonly input: unknown;
  readonly target: QueueTarget;
}

/** Deps whose queue does what the test says, and keeps what it was asked. */
export interface FakeQueueDeps extends TaskQueueToolDeps {
  readonly calls: readonly QueueCall[];
}

/** Make deps for a test; methods that are not given are not expected to be called. */
export function createFakeQueueDeps(members: Partial<TaskQueue>): FakeQueueDeps {
  const calls: QueueCall[] = [];
  const queueOf = (target: QueueTarget) =>
    new Proxy({ peerId: "peer", missingOps: new Set(), ...members } as TaskQueue, {
      get(queue, name) {
        const member: unknown = Reflect.get(queue, name);
        if (typeof member !== "function") return member;
        return (input: unknown, options: unknown) => {
          calls.push({ method: String(name), input, target });
          return member(input, options);
        };
      },
    });
  return { queues: { queueOf }, calls };
}
