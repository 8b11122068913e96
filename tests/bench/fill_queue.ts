import { DatabaseSync } from "node:sqlite";
import { openSqliteTaskStore } from "../../src/store/sqlite/mod.ts";
import { createLocalTaskQueue } from "../../src/taskqueue/mod.ts";

/** Types of the tasks in a filled queue, equally many of each. */
export const FILLED_TYPES: readonly string[] = ["bench.0", "bench.1", "bench.2", "bench.3"];
/** The payload of each of them. */
export const FILLED_PAYLOAD = { text: "x".repeat(200) };

/**
 * Make a store that holds many queued tasks: submit one of each type through the queue, and multiply
 * them in SQL. The copies differ in id and priority; all other columns, whatever the schema, are copied.
 *
 * @param path The file, which must not be there yet.
 * @param count How many tasks it shall hold.
 * @param types Of which types. @default {FILLED_TYPES}
 */
export async function fillQueue(path: string, count: number, types = FILLED_TYPES): Promise<void> {
  await withQueue(path, async (queue) => {
    for (const type of types) await queue.submit({ type, payload: FILLED_PAYLOAD });
  });
  multiply(path, types.length, count);
  const { total } = await withQueue(path, (queue) => queue.counts());
  if (total.queued !== count) {
    throw new Error(`Cannot fill queue as its count is wrong: "${total.queued}" of "${count}"`);
  }
}

type Queue = ReturnType<typeof createLocalTaskQueue>;

async function withQueue<T>(path: string, use: (queue: Queue) => Promise<T>): Promise<T> {
  await using store = openSqliteTaskStore({ path });
  return await use(createLocalTaskQueue({ store, peerId: "" }));
}

/** What differs from copy to copy; `n` counts them. */
const NEW_VALUES: Readonly<Record<string, string>> = {
  id: "lower(hex(randomblob(16)))",
  priority: "1 + n % 10",
};

function multiply(path: string, patterns: number, count: number): void {
  const database = new DatabaseSync(path);
  try {
    // A file that is thrown away when something goes wrong needs no protection.
    database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    database.exec("PRAGMA cache_size = -500000");
    const columns = database
      .prepare("SELECT name FROM pragma_table_info('tasks') WHERE name <> 'seq'")
      .all().map((row) => String(row["name"]));
    const values = columns.map((column) => NEW_VALUES[column] ?? column);
    database.exec(`BEGIN;
      INSERT INTO tasks (${columns})
        WITH RECURSIVE copies (n) AS (
          SELECT ${patterns} UNION ALL SELECT n + 1 FROM copies WHERE n + 1 < ${count}
        )
        SELECT ${values} FROM copies
        JOIN (SELECT * FROM tasks LIMIT ${patterns}) AS pattern ON pattern.seq = 1 + n % ${patterns}
        WHERE n < ${count};
      COMMIT`);
  } finally {
    database.close();
  }
}
