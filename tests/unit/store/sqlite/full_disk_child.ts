/**
 * Run as a process of its own whose first argument is a directory on a small disk: fills the disk
 * beside the store and through it, makes room again, and prints what became of each task.
 */
import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";
import { newTask } from "../conformance/new_task.ts";

const [directory = ""] = Deno.args;
const path = `${directory}/queue.db`;
const ballast = `${directory}/ballast`;
const payload = { text: "x".repeat(20_000) };
const acknowledged: string[] = [];
const codes = new Set<unknown>();

await Deno.writeFile(ballast, new Uint8Array(1_000_000));
let isFull = false;
{
  await using store = openSqliteTaskStore({ path });
  for (let round = 0; round < 50; round++) {
    const batch = Array.from({ length: 4 }, () => store.insert(newTask({ payload })));
    for (const result of await Promise.allSettled(batch)) {
      if (result.status === "fulfilled") {
        acknowledged.push(result.value.task.id);
      } else {
        isFull = true;
        codes.add(result.reason.code);
      }
    }
  }
  if (!isFull) throw new Error("the disk was never full");
  await Deno.remove(ballast);
  await store.insert(newTask({ id: "afterwards", payload }));
}
await using store = openSqliteTaskStore({ path });
const found = new Set((await store.list({ limit: 1_000 })).map(({ id }) => id));
const report = {
  acknowledged: acknowledged.length,
  missing: acknowledged.filter((id) => !found.has(id)),
  codes: [...codes],
  workedAfterwards: found.has("afterwards"),
  foundAfterwards: found.size,
};
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(report)));
