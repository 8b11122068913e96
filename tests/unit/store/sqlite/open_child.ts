/** Run as a process of its own: opens a store, and prints what is in it or why it may not. */
import { StoreOpenError } from "../../../../src/store/mod.ts";
import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";

const [path = ""] = Deno.args;

async function report(): Promise<string> {
  try {
    await using store = openSqliteTaskStore({ path, busyTimeoutMs: 10 });
    return `${(await store.counts()).queued} queued`;
  } catch (error) {
    if (error instanceof StoreOpenError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

Deno.stdout.writeSync(new TextEncoder().encode(await report()));
