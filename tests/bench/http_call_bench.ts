import type { Benchmark, BenchmarkOptions, Row, Target } from "./benchmark.ts";
import { type HttpLoad, type HttpQuestion, openHttpLoad } from "./http_load.ts";
import { callInSession, callModern, callWithoutSession } from "./mcp_question.ts";
import { type Program, type ProgramOptions, startProgram } from "./program.ts";
import { medianRatio, quantile } from "./statistics.ts";

const CONNECTIONS = 50;
const MANY_TOOLS = 20;
const ROUND_MS = 1_000;
/** For the compiler. */
const WARM_UP_ROUNDS = 3;
const FOREIGN = ["--no-config", "--no-check", "--frozen", "--lock=tests/bench/http/deno.lock"];

/**
 * Processor time of the server for one call of `echo` with 20 tools, 50 connections and a new id each
 * time. It says what the software costs, whatever the clients and the other core do.
 */
export const httpCallBenchmark: Benchmark = { name: "http-call", run };

/** A server, and how it is called. */
interface Subject {
  readonly name: string;
  readonly entry: string;
  /** @default {20} */
  readonly tools?: number;
  /** @default {[]} */
  readonly args?: readonly string[];
  /** @default as it is */
  readonly options?: ProgramOptions;
  readonly toQuestion: (url: string) => HttpQuestion | Promise<HttpQuestion>;
}

const OURS = "tests/bench/http/mcpp.ts";
const SDK = "tests/bench/http/sdk.ts";

const HELLO: Subject = {
  name: "Deno.serve: hello",
  entry: "tests/bench/http/hello.ts",
  toQuestion: callWithoutSession,
};
const OURS_MODERN: Subject = { name: "mcpp: 2026-07-28", entry: OURS, toQuestion: callModern };
const OURS_ONE: Subject = { ...OURS_MODERN, name: "mcpp: 2026-07-28, 1 tool", tools: 1 };
const OURS_SESSION: Subject = {
  name: "mcpp: in a session",
  entry: OURS,
  toQuestion: callInSession,
};
const SDK_STATEFUL: Subject = {
  name: "SDK v2: in a session",
  entry: SDK,
  toQuestion: (url) => callInSession(url.replace("/mcp", "/stateful")),
};
const MCP_LITE: Subject = {
  name: "mcp-lite: without a session",
  entry: "tests/bench/http/mcp_lite.ts",
  options: { runArgs: FOREIGN },
  toQuestion: callWithoutSession,
};

const FASTMCP: Subject = {
  name: "fastmcp: without a session",
  entry: "tests/bench/http/fastmcp.ts",
  options: { runArgs: FOREIGN },
  toQuestion: callWithoutSession,
};

const SUBJECTS: readonly Subject[] = [
  HELLO,
  { ...HELLO, name: "Deno.serve: JSON-RPC by hand", entry: "tests/bench/http/json_rpc.ts" },
  OURS_MODERN,
  OURS_ONE,
  OURS_SESSION,
  { name: "mcpp: without a session", entry: OURS, toQuestion: callWithoutSession },
  MCP_LITE,
  SDK_STATEFUL,
  {
    name: "SDK v2: 2026-07-28",
    entry: SDK,
    toQuestion: (url) => callModern(url.replace("/mcp", "/modern")),
  },
  FASTMCP,
  { ...FASTMCP, name: "fastmcp for edge runtimes", args: ["--edge"] },
];

async function run({ pairs }: BenchmarkOptions): Promise<readonly Row[]> {
  await using resources = new AsyncDisposableStack();
  const started: Started[] = [];
  for (const subject of SUBJECTS) started.push(await start(subject, resources));
  for (let round = -WARM_UP_ROUNDS; round < pairs; round++) {
    for (const { program, load, costs } of started) {
      const cost = await measureCost(program, load);
      if (round >= 0) costs.push(cost);
    }
  }
  const costs = new Map(started.map((each) => [each.subject, each.costs]));
  const others = SUBJECTS.filter((subject) => subject !== HELLO);
  return [
    toRow(costs, HELLO),
    ...others.map((subject) => toRow(costs, subject, { baseline: HELLO })),
    toRow(costs, OURS_ONE),
    toRow(costs, OURS_MODERN, { baseline: OURS_ONE, targets: [{ figure: "ratio", atMost: 1.1 }] }),
    toRow(costs, SDK_STATEFUL),
    toRow(costs, OURS_MODERN, {
      baseline: SDK_STATEFUL,
      targets: [{ figure: "ratio", atMost: 1 }],
    }),
    toRow(costs, OURS_SESSION, {
      baseline: SDK_STATEFUL,
      targets: [{ figure: "ratio", atMost: 1 }],
    }),
    toRow(costs, MCP_LITE),
    toRow(costs, OURS_MODERN, { baseline: MCP_LITE, targets: [{ figure: "ratio", atMost: 1.4 }] }),
  ];
}

interface Started {
  readonly subject: Subject;
  readonly program: Program;
  readonly load: HttpLoad;
  /** Microseconds of processor time for one call, in the order of the rounds. */
  readonly costs: number[];
}

async function start(subject: Subject, resources: AsyncDisposableStack): Promise<Started> {
  const { entry, tools = MANY_TOOLS, args = [], options } = subject;
  const program = resources.use(
    await startProgram(entry, { ...options, args: [String(tools), ...args] }),
  );
  const question = await subject.toQuestion(program.ready.url);
  const load = resources.use(await openHttpLoad(question, CONNECTIONS));
  return { subject, program, load, costs: [] };
}

async function measureCost(program: Program, load: HttpLoad): Promise<number> {
  const beforeMs = await program.readCpuMs();
  const answered = await load.runFor(ROUND_MS);
  return (await program.readCpuMs() - beforeMs) / answered * 1000;
}

interface RowOptions {
  readonly baseline?: Subject;
  readonly targets?: readonly Target[];
}

function toRow(
  costs: ReadonlyMap<Subject, readonly number[]>,
  subject: Subject,
  { baseline, targets = [] }: RowOptions = {},
): Row {
  const own = costs.get(subject) ?? [];
  const row: Row = { measure: subject.name, unit: "µs", value: quantile(own, 0.5), targets };
  if (baseline === undefined) return row;
  const ratio = medianRatio(own, costs.get(baseline) ?? []);
  return { ...row, comparison: { baseline: baseline.name, ratio } };
}
