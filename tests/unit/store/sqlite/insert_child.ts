/** Run as a process of its own: inserts tasks until it is killed, and prints what was acknowledged. */
import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";
import { newTask } from "../conformance/new_task.ts";

const [path = ""] = Deno.args;
const encoder = new TextEncoder();
const store = openSqliteTaskStore({ path });

async function insertForever(lane: number): Promise<never> {
  for (let count = 0;; count++) {
    const id = `${lane}-${count}`;
    await store.insert(newTask({ id, payload: { text: "x".repeat(200) } }));
    Deno.stdout.writeSync(encoder.encode(`${id}\n`));
  }
}

await Promise.all(Array.from({ length: 8 }, (_, lane) => insertForever(lane)));
