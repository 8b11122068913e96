import type { JsonObject } from "../../codec/mod.ts";
import type { Op } from "./op.ts";

/** Counts tasks by state and by type. */
export const counts: Op<undefined> = {
  names: ["counts", "queue.counts"],
  role: "submit",

  parse: () => undefined,

  async run(_request, { queue }): Promise<JsonObject> {
    const { total, byType } = await queue.counts();
    return {
      counts: { ...total },
      "by_type": Object.fromEntries([...byType].map(([type, counted]) => [type, { ...counted }])),
    };
  },
};
