/**
 * The queue of the Python system, in DuckDB: the same table, index and statements, with one connection
 * that stays open, where Python opens one for each call. A process of its own, with a lock file of its
 * own: a package named in the root's would be downloaded by everyone who starts a node.
 */

import { answerQuestions } from "../answer_questions.ts";

/** No literal in the import, or the type check of the whole project would download it. */
const DUCKDB = "npm:@duckdb/node-api@1.5.5-r.5";

/** The little of DuckDB's interface that is used. */
interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string): Promise<{ connect(): Promise<Connection> }>;
  };
}

interface Connection {
  prepare(sql: string): Promise<Statement>;
  run(sql: string): Promise<unknown>;
}

interface Statement {
  bind(values: readonly unknown[]): void;
  run(): Promise<{ readonly rowsChanged: number }>;
  runAndReadAll(): Promise<{ getRows(): readonly (readonly unknown[])[] }>;
}

const CANDIDATES = 200;

const directory = await Deno.makeTempDir({ prefix: "mcpp-bench-" });
const { DuckDBInstance }: DuckDb = await import(DUCKDB);
const instance = await DuckDBInstance.create(`${directory}/queue.duckdb`);
const connection = await instance.connect();
await connection.run(`CREATE TABLE tasks (
    task_id VARCHAR PRIMARY KEY, task_type VARCHAR, model_name VARCHAR, payload_json VARCHAR,
    status VARCHAR, assigned_worker VARCHAR, created_at DOUBLE, updated_at DOUBLE,
    result_json VARCHAR, error VARCHAR
  )`);
await connection.run("CREATE INDEX tasks_status ON tasks (status, created_at)");

const types = ["bench.0", "bench.1", "bench.2", "bench.3"];
const [find, findMany, take, read] = await Promise.all([
  `SELECT task_id FROM tasks WHERE status = 'queued' AND task_type IN (?, ?, ?, ?)
    ORDER BY created_at LIMIT 1`,
  `SELECT task_id, task_type, model_name, payload_json, created_at FROM tasks
    WHERE status = 'queued' AND task_type IN (?, ?, ?, ?)
    ORDER BY created_at LIMIT ${CANDIDATES}`,
  `UPDATE tasks SET status = 'running', assigned_worker = ?, updated_at = ?
    WHERE task_id = ? AND status = 'queued'`,
  "SELECT * FROM tasks WHERE task_id = ?",
].map((sql) => connection.prepare(sql)));

async function fill(count: number): Promise<void> {
  await connection.run(`INSERT INTO tasks
    SELECT replace(uuid()::VARCHAR, '-', ''), 'bench.' || (n % 4), '',
      '{"priority": ' || (1 + n % 10) || ', "text": "' || repeat('x', 200) || '"}',
      'queued', NULL, n, n, NULL, NULL
    FROM range(${count}) AS numbers (n)`);
  await connection.run("CHECKPOINT");
}

/** The oldest queued task of the types, whatever its priority. */
async function claimNext(): Promise<void> {
  await connection.run("BEGIN");
  const [row] = await rowsOf(find, types);
  await takeTask(String(row?.[0]));
  await connection.run("COMMIT");
}

/** The most urgent of the oldest ones; the only worker there is owns them all. */
async function claimByOwner(): Promise<void> {
  const rows = await rowsOf(findMany, types);
  const candidates = rows.map((row) => ({
    id: String(row[0]),
    priority: Number(JSON.parse(String(row[3])).priority),
    createdAt: Number(row[4]),
  })).sort((left, right) => right.priority - left.priority || left.createdAt - right.createdAt);
  await connection.run("BEGIN");
  await takeTask(candidates[0]?.id ?? "");
  await connection.run("COMMIT");
}

async function takeTask(taskId: string): Promise<void> {
  take?.bind(["bench", Date.now() / 1000, taskId]);
  const taken = await take?.run();
  if (taken?.rowsChanged !== 1) throw new Error("There is no task to claim");
  const rows = await rowsOf(read, [taskId]);
  if (rows.length !== 1) throw new Error("There is no such task");
}

async function rowsOf(
  statement: Statement | undefined,
  values: readonly string[],
): Promise<readonly (readonly unknown[])[]> {
  statement?.bind(values);
  return (await statement?.runAndReadAll())?.getRows() ?? [];
}

async function claims(claim: () => Promise<void>, count: number): Promise<{ rate: number }> {
  const startMs = performance.now();
  // A connection runs one statement at a time, so claims of many callers would come one by one, too.
  for (let done = 0; done < count; done++) await claim();
  return { rate: count / (performance.now() - startMs) * 1000 };
}

await answerQuestions({
  fill: async ({ count }) => {
    await fill(Number(count));
    return {};
  },
  claimNext: ({ count }) => claims(claimNext, Number(count)),
  claimByOwner: ({ count }) => claims(claimByOwner, Number(count)),
});
await Deno.remove(directory, { recursive: true });
Deno.exit(0);
