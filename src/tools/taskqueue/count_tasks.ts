import { z } from "zod";
import type { Tool } from "../../mcp/mod.ts";
import type { QueueCounts } from "../../taskqueue/mod.ts";
import { TASK_STATUSES, type TaskStatus } from "../../task/mod.ts";
import { type TargetInput, targetOf, targetShape } from "../target.ts";
import { askQueue, type Fallbacks, fallbacks } from "./ask_queue.ts";
import type { TaskQueueToolDeps } from "./deps.ts";

const countsSchema: z.ZodType<TaskCounts> = z.lazy(() =>
  z.object({
    queued: z.int(),
    running: z.int(),
    completed: z.int(),
    failed: z.int(),
    cancelled: z.int(),
  })
);

const outputSchema: z.ZodType<CountTasksOutput> = z.lazy(() =>
  z.object({
    ok: z.literal(true),
    "peer_id": z.string().describe("Node whose tasks were counted."),
    counts: countsSchema.describe("All tasks, by state."),
    "by_type": z.record(z.string(), countsSchema).describe("The same for each type."),
    fallbacks,
  })
);

/** How many tasks are in each state. */
export type TaskCounts = Readonly<Record<TaskStatus, number>>;

/** Arguments of {@linkcode countTasks}, defaults filled in. */
export type CountTasksInput = TargetInput;

/** Result of {@linkcode countTasks}. */
export interface CountTasksOutput extends Fallbacks {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** Node whose tasks were counted. */
  readonly "peer_id": string;
  /** All tasks, by state. */
  readonly counts: TaskCounts;
  /** The same for each type. */
  readonly "by_type": Readonly<Record<string, TaskCounts>>;
}

/** Counts the tasks of a queue, by state and by type. */
export const countTasks: Tool<TaskQueueToolDeps, CountTasksInput, CountTasksOutput> = {
  name: "p2p_taskqueue_counts",
  title: "Count tasks",
  family: "tasks",
  description: "Say how many tasks of a queue are in each state, in all and for each type.",
  input: z.object({ ...targetShape }),
  output: outputSchema,
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ counts }) => TASK_STATUSES.map((state) => `${counts[state]} ${state}`).join(", "),
  run: ({ queues }, input, { signal }) =>
    askQueue(queues, targetOf(input), async (queue) => {
      const counts = await queue.counts({ signal });
      return { ok: true, "peer_id": queue.peerId, ...toMembers(counts) };
    }),
};

function toMembers({ total, byType }: QueueCounts): Pick<CountTasksOutput, "counts" | "by_type"> {
  return { counts: total, "by_type": Object.fromEntries(byType) };
}
