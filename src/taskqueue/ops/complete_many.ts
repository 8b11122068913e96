import type { JsonObject } from "../../codec/mod.ts";
import { fitResults, fitTask } from "../protocol/fit_reply.ts";
import { toWireTask } from "../protocol/to_wire_task.ts";
import { parseBatch, runBatch } from "./batch.ts";
import { parseReport } from "./complete.ts";
import type { Op } from "./op.ts";

/**
 * Ends several attempts, each for itself. The results are in the order of the reports; each has the
 * task as long as there is room.
 */
export const completeMany: Op<readonly JsonObject[]> = {
  names: ["complete_many"],
  role: "work",

  parse: (message) => parseBatch(message, "reports"),

  async run(messages, { queue }): Promise<JsonObject> {
    const results = await runBatch(messages, {
      parse: parseReport,
      run: (reports) => queue.finishMany(reports),
      toResult: (task) => ({ "task_id": task.id, task: fitTask(toWireTask(task)) }),
    });
    return { results: fitResults(results) };
  },
};
