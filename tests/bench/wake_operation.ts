import type { TaskQueue } from "../../src/taskqueue/mod.ts";
import type { OperationInContext } from "./measure.ts";

/** After this time the queue knows of whoever waits, wherever it is. */
const REGISTER_MS = 5;
/** Of its own for each process: peers that claim the same type would share its tasks out. */
const TYPE = `bench.wake.${crypto.randomUUID()}`;
const OUTCOME = { status: "completed", result: {} } as const;

/** The queue, as far as it is needed here. */
export type WakeQueue = Pick<TaskQueue, "submit" | "claim" | "wait" | "finish">;

/**
 * The report of a task's end, until it is durable.
 *
 * @param queue Whose task it is.
 */
export function createFinishOperation(queue: WakeQueue): OperationInContext {
  let held = { taskId: "", token: "" };
  return {
    async prepare() {
      held = await holdTask(queue);
    },
    operate: () => queue.finish({ ...held, outcome: OUTCOME }),
  };
}

/**
 * The report of a task's end, until somebody who waits for the task knows of it and the report is
 * acknowledged.
 *
 * @param queue Whose task it is; both sides use it.
 */
export function createWakeOperation(queue: WakeQueue): OperationInContext {
  let held = { taskId: "", token: "" };
  let waiting: ReturnType<WakeQueue["wait"]> = Promise.resolve(undefined);
  return {
    async prepare() {
      held = await holdTask(queue);
      waiting = queue.wait({ taskId: held.taskId });
      await new Promise((resolve) => setTimeout(resolve, REGISTER_MS));
    },
    async operate() {
      const finishing = queue.finish({ ...held, outcome: OUTCOME });
      const [task] = await Promise.all([waiting, finishing]);
      if (task?.status !== "completed") throw new Error(`The task is ${task?.status}`);
    },
  };
}

async function holdTask(queue: WakeQueue): Promise<{ taskId: string; token: string }> {
  const { taskId } = await queue.submit({ type: TYPE, payload: {} });
  const [task] = await queue.claim({ worker: "bench", types: [TYPE] });
  if (task?.id !== taskId || task.lease === null) throw new Error("Another task was claimed");
  return { taskId, token: task.lease.token };
}
