import { FOREIGN } from "../e2e/foreign_package.ts";
import { openTempDir, spawnDeno } from "../e2e/run_deno.ts";
import type { ConformanceSet } from "./conformance_set.ts";
import { type DetailedOutcome, readOutcomes } from "./outcome.ts";

/** Longer than the longest set takes on a slow machine. */
const DEADLINE_MS = 240_000;
const ROOT = new URL("../../", import.meta.url).pathname;
/** The suite splits this at spaces, and appends the URL. */
const CLIENT_COMMAND = [
  Deno.execPath(),
  "run",
  "-A",
  "--quiet",
  `${ROOT}tests/conformance/client.ts`,
];

/** What a set came to. */
export interface Verdict {
  /** What came of each scenario, by name. */
  readonly outcomes: ReadonlyMap<string, DetailedOutcome>;
  /** What the suite said, for when that is not enough. */
  readonly log: string;
}

/**
 * Have the official suite judge.
 *
 * @param set Which scenarios.
 * @param serverUrl The server under test; sets about the client need none.
 */
export async function runReferee(set: ConformanceSet, serverUrl: string): Promise<Verdict> {
  const subject = set.subject === "client"
    ? ["client", "--command", CLIENT_COMMAND.join(" ")]
    : ["server", "--url", serverUrl];
  const { outcomes, log } = await runSuite(set, [...subject, ...set.args]);
  const kept = new Map(outcomes);
  for (const scenario of set.without ?? []) kept.delete(scenario);
  for (const scenario of set.alone ?? []) {
    const alone = await runSuite(set, [...subject, "--scenario", scenario]);
    for (const outcome of alone.outcomes) kept.set(...outcome);
  }
  return { outcomes: kept, log };
}

async function runSuite(set: ConformanceSet, args: readonly string[]): Promise<Verdict> {
  await using home = await openTempDir();
  const results = `${home.path}/results`;
  await using child = spawnDeno(
    [...FOREIGN, set.suite, ...args, "--output-dir", results],
    { home: home.path, deadlineMs: DEADLINE_MS },
  );
  const { timedOut } = await child.ended;
  const log = `${child.stdout.text}\n${child.stderr.text}`;
  if (timedOut) throw new Error(`The conformance suite did not end: ${set.name}\n${log}`);
  return { outcomes: await readOutcomes(results), log };
}

/** Whether a release of the suite can be had here. */
export async function isRefereeThere(suite: string): Promise<boolean> {
  await using home = await openTempDir();
  await using child = spawnDeno([...FOREIGN, suite, "--version"], {
    home: home.path,
    deadlineMs: 25_000,
  });
  return (await child.ended).code === 0;
}
