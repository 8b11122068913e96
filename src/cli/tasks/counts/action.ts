import { z } from "zod";
import type { JsonObject } from "../../../codec/mod.ts";
import { callAndPrint } from "../../call_and_print.ts";
import { formatTable } from "../../format_table.ts";
import type { ClientCommandInput } from "../../with_client.ts";

const STATES = ["queued", "running", "completed", "failed", "cancelled"];

const countsSchema = z.record(z.string(), z.number());
const resultSchema = z.looseObject({
  counts: countsSchema,
  "by_type": z.record(z.string(), countsSchema),
});

/**
 * Print how many tasks there are.
 *
 * @param input Whose.
 * @returns The exit code.
 */
export async function countTasks(input: ClientCommandInput): Promise<number> {
  return await callAndPrint(input, { tool: "p2p_taskqueue_counts", args: {}, toText: toTable });
}

function toTable(result: JsonObject): string {
  const { counts, "by_type": byType } = resultSchema.parse(result);
  const rows = [...Object.entries(byType), ["(all)", counts] as const];
  return formatTable(
    ["TYPE", ...STATES.map((state) => state.toUpperCase())],
    rows.map(([type, byState]) => [type, ...STATES.map((state) => String(byState[state] ?? 0))]),
  );
}
