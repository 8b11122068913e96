import type { Benchmark, Row } from "./benchmark.ts";
import { openHttpLoad } from "./http_load.ts";
import { beginSession, callModern } from "./mcp_question.ts";
import { type Program, startProgram } from "./program.ts";

const CONNECTIONS = 50;
/** By then the runtime has given its young generation the size that the load needs, once for all. */
const WARM_UP_CALLS = 300_000;
const CALLS = 200_000;
const SESSIONS = 5_000;
/** Longer than it takes to begin all of them on a slow machine, so that all are there at once. */
const SESSION_TTL_MS = 15_000;
/** When a session has expired, it may take so long until it is gone. */
const SWEEP_MS = 70_000;
const POLL_MS = 500;
const ENTRY = "tests/bench/http/mcpp.ts";
const MAX_GROWTH = 1.1;

/** Memory of the server over many calls, and over many sessions that nobody ends. */
export const httpMemoryBenchmark: Benchmark = { name: "http-memory", run };

async function run(): Promise<readonly Row[]> {
  return [...await measureCalls(), ...await measureSessions()];
}

async function measureCalls(): Promise<readonly Row[]> {
  await using program = await startProgram(ENTRY, { args: ["20"] });
  using load = await openHttpLoad(callModern(program.ready.url), CONNECTIONS);
  await load.run(WARM_UP_CALLS);
  const baseline = `memory after ${WARM_UP_CALLS} calls`;
  const value = await residentMiB(program);
  await load.run(CALLS);
  return [
    { measure: baseline, unit: "MiB", value },
    compare(`memory after ${CALLS} more`, await residentMiB(program), {
      baseline,
      value,
      atMost: MAX_GROWTH,
    }),
  ];
}

/** Twice the same: what the first time leaves behind is the runtime's, what the second adds is a leak. */
async function measureSessions(): Promise<readonly Row[]> {
  await using program = await startProgram(ENTRY, {
    args: ["20", String(SESSION_TTL_MS)],
    runArgs: ["--v8-flags=--expose-gc"],
  });
  const names = { first: "heap with no session", last: "heap when all have expired" };
  await abandonSessions(program, 100);
  await expireSessions(program);
  const first = await heapMiB(program);
  const peaks: number[] = [];
  for (let round = 0; round < 2; round++) {
    await abandonSessions(program, SESSIONS);
    peaks.push(await heapMiB(program));
    await expireSessions(program);
  }
  const against = { baseline: names.first, value: first };
  return [
    { measure: names.first, unit: "MiB", value: first },
    compare(`heap with ${SESSIONS} abandoned sessions`, Math.max(...peaks), against),
    compare(names.last, await heapMiB(program), { ...against, atMost: MAX_GROWTH }),
  ];
}

async function abandonSessions(program: Program, count: number): Promise<void> {
  let begun = 0;
  await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
    while (begun++ < count) await beginSession(program.ready.url);
  }));
}

async function expireSessions(program: Program): Promise<void> {
  const deadlineMs = performance.now() + SESSION_TTL_MS + SWEEP_MS;
  for (;;) {
    const { sessions } = await program.ask({ ask: "sessions" });
    if (sessions === 0) return;
    if (performance.now() > deadlineMs) throw new Error(`${sessions} sessions do not expire`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function heapMiB(program: Program): Promise<number> {
  return Number((await program.ask({ ask: "heap" }))["mib"]);
}

async function residentMiB(program: Program): Promise<number> {
  return await program.readResidentMiB() ?? NaN;
}

interface Baseline {
  readonly baseline: string;
  readonly value: number;
  readonly atMost?: number;
}

function compare(measure: string, value: number, against: Baseline): Row {
  const { baseline, atMost } = against;
  return {
    measure,
    unit: "MiB",
    value,
    comparison: { baseline, ratio: value / against.value },
    targets: atMost === undefined ? [] : [{ figure: "ratio", atMost }],
  };
}
