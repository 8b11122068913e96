/**
 * How many checks of a scenario passed. The suite calls a scenario good that made none, so that only
 * the number tells whether anything was looked at.
 */
export interface Outcome {
  readonly passed: number;
  /** @default {0} */
  readonly failed?: number;
  /** Recommendations that are not followed. @default {0} */
  readonly warned?: number;
}

/** An outcome, and what was not good. */
export interface DetailedOutcome extends Outcome {
  /** One line for each check that failed or warned. */
  readonly problems: readonly string[];
}

/** The suite names a directory by the scenario and the time. */
const RESULT_DIRECTORY = /^(?:server-)?(.+)-\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z$/;

interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

/**
 * Read what the suite has written, sorted by scenario.
 *
 * @param directory Its output.
 */
export async function readOutcomes(
  directory: string,
): Promise<ReadonlyMap<string, DetailedOutcome>> {
  const outcomes: [string, DetailedOutcome][] = [];
  for await (const path of findChecks(directory, "")) {
    const scenario = RESULT_DIRECTORY.exec(path)?.[1] ?? path;
    const checks = JSON.parse(await Deno.readTextFile(`${directory}/${path}/checks.json`));
    outcomes.push([scenario, toOutcome(checks)]);
  }
  return new Map(outcomes.toSorted(([left], [right]) => left < right ? -1 : 1));
}

/** Directories with results, relative to where the search began: scenarios have slashes in their names. */
async function* findChecks(root: string, path: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(`${root}/${path}`)) {
    if (isDirectory) yield* findChecks(root, path === "" ? name : `${path}/${name}`);
    if (name === "checks.json") yield path;
  }
}

function toOutcome(checks: readonly Check[]): DetailedOutcome {
  const [failures, warnings] = [withStatus(checks, "FAILURE"), withStatus(checks, "WARNING")];
  return {
    passed: withStatus(checks, "SUCCESS").length,
    ...(failures.length > 0 && { failed: failures.length }),
    ...(warnings.length > 0 && { warned: warnings.length }),
    problems: [...failures, ...warnings].map(({ id, status, errorMessage }) =>
      `${status.toLowerCase()} ${id}: ${errorMessage ?? ""}`
    ),
  };
}

function withStatus(checks: readonly Check[], wanted: string): readonly Check[] {
  return checks.filter(({ status }) => status === wanted);
}
