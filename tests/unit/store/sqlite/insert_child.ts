/** Run as a process of its own: inserts tasks until it is killed, and prints what was acknowledged. */
import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";

const [path = ""] = Deno.args;
const encoder = new TextEncoder();
const store = openSqliteTaskStore({ path });

async function insertForever(lane: number): Promise<never> {
  for (let count = 0;; count++) {
    const id = `${lane}-${count}`;
    await store.insert({
      id,
      type: "text",
      model: "",
      payload: { text: "x".repeat(200) },
      priority: 5,
      maxAttempts: 3,
      nowMs: 0,
      notBeforeMs: 0,
      deadlineAtMs: null,
      idempotencyKey: null,
    });
    Deno.stdout.writeSync(encoder.encode(`${id}\n`));
  }
}

await Promise.all(Array.from({ length: 8 }, (_, lane) => insertForever(lane)));
