import type { JsonObject } from "../../codec/mod.ts";
import type { LocalSubmitTask } from "../local/local_task_queue.ts";
import { parseBatch, runBatch } from "./batch.ts";
import type { Op } from "./op.ts";
import { parseSubmission } from "./submit.ts";

/** Adds several tasks, each for itself. The results are in the order of the tasks. */
export const submitMany: Op<readonly JsonObject[]> = {
  names: ["submit_many"],
  role: "submit",

  parse: (message) => parseBatch(message, "tasks"),

  async run(messages, { queue }): Promise<JsonObject> {
    const results = await runBatch<
      LocalSubmitTask,
      { taskId: string; created?: boolean | undefined }
    >(
      messages,
      {
        parse: parseSubmission,
        run: (submissions) => queue.submitMany(submissions),
        toResult: ({ taskId, created }) => ({ "task_id": taskId, created: created ?? null }),
      },
    );
    return { results };
  },
};
