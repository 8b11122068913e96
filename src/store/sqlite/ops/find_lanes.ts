import type { SQLInputValue } from "node:sqlite";
import type { ClaimTasks } from "../../task_store.ts";
import type { Database, Tuple } from "../database.ts";

/** How many lanes one claim looks at; those that require nothing come first. */
export const MAX_LANES = 1_000;

/** A lane with ready tasks. */
export interface Lane {
  readonly id: number;
  readonly type: string;
  /** Priority and number of its first task. */
  readonly head: { readonly priority: number; readonly seq: number };
}

const SELECT_LANES = "SELECT id, type, requires, head_priority, head_seq FROM lanes";

/**
 * The lanes of one type that require nothing and are for the claimer: at most four, each by its whole
 * key. This is what nearly all claims ask, and it takes a third of the time of the general query.
 */
export const PLAIN_LANES = ["worker = ''", "(worker = ?2 AND ?2 <> '')"]
  .flatMap((worker) =>
    ["session = ''", "(session = ?3 AND ?3 <> '')"].map((session) =>
      `${SELECT_LANES} WHERE tag = '' AND requires = '[]' AND type = ?1
      AND ${worker} AND ${session} AND head_seq IS NOT NULL`
    )
  )
  .join("\n  UNION ALL ");

/** The same for several types and tags: a few probes of the lanes' key for each of them. */
export const LANES = `${SELECT_LANES}
  WHERE worker IN ('', ?1) AND session IN ('', ?2)
    AND tag IN (SELECT value FROM json_each(?3)) AND type IN (SELECT value FROM json_each(?4))
    AND head_seq IS NOT NULL LIMIT ${MAX_LANES}`;

/** The same for all types: it reads as many lanes as there are types. */
export const LANES_OF_ANY_TYPE = `${SELECT_LANES}
  WHERE worker IN ('', ?1) AND session IN ('', ?2)
    AND tag IN (SELECT value FROM json_each(?3))
    AND head_seq IS NOT NULL LIMIT ${MAX_LANES}`;

/** Find the lanes with ready tasks that are for this claimer. */
export function findLanes(database: Database, claim: ClaimTasks): readonly Lane[] {
  const { offers } = claim;
  return selectLanes(database, claim)
    .filter(([, , requires]) => isOffered(String(requires), offers))
    .map(([id, type, , priority, seq]) => ({
      id: Number(id),
      type: String(type),
      head: { priority: Number(priority), seq: Number(seq) },
    }));
}

function selectLanes(database: Database, claim: ClaimTasks): readonly Tuple[] {
  const { types, offers, worker, session } = claim;
  const [type = ""] = types;
  if (types !== "any" && types.length === 1 && offers.length === 0) {
    return database.tuples(PLAIN_LANES, [type, worker, session ?? ""]);
  }
  const claimer: SQLInputValue[] = [worker, session ?? "", JSON.stringify(["", ...offers])];
  return types === "any"
    ? database.tuples(LANES_OF_ANY_TYPE, claimer)
    : database.tuples(LANES, [...claimer, JSON.stringify(types)]);
}

function isOffered(requires: string, offers: readonly string[]): boolean {
  if (requires === "[]") return true;
  const tags: readonly string[] = JSON.parse(requires);
  return tags.every((tag) => offers.includes(tag));
}
