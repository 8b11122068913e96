import type { Database } from "../database.ts";
import type { Lane } from "./find_lanes.ts";

/** The next tasks of a lane, from a place in it. Reads only the index. */
export const NEXT_IN_LANE = `SELECT priority, seq FROM tasks INDEXED BY tasks_ready
  WHERE lane = ? AND priority <= ? AND (priority < ? OR seq > ?)
  ORDER BY priority DESC, seq LIMIT ? + 0`;

/** How a trigger finds the head of a lane that has lost it; here for a test of its plan. */
export const HEAD_OF_LANE =
  "SELECT priority, seq FROM tasks WHERE lane = ? ORDER BY priority DESC, seq LIMIT 1";

const FIRST_PAGE = 16;
const MAX_PAGE = 256;

/** A ready task's place in the order of claims. */
interface Key {
  readonly priority: number;
  readonly seq: number;
}

/**
 * The ready tasks of several lanes in one order: highest priority first, then oldest. Each lane is
 * read as far as it is needed: the first task of a lane is known before it is read at all.
 */
export class ReadyTasks {
  readonly #queues: readonly LaneQueue[];
  readonly #isClosed: (type: string) => boolean;

  /**
   * @param database Where they are.
   * @param lanes The lanes.
   * @param isClosed Whether no more tasks of a type are wanted; asked anew for each task.
   */
  constructor(
    database: Database,
    lanes: readonly Lane[],
    isClosed: (type: string) => boolean,
  ) {
    this.#queues = lanes.map((lane) => new LaneQueue(database, lane));
    this.#isClosed = isClosed;
  }

  /** Number of the next task; `undefined` after the last. */
  next(): number | undefined {
    let best: LaneQueue | undefined;
    for (const queue of this.#queues) {
      if (this.#isClosed(queue.type)) continue;
      if (queue.first !== undefined && (best === undefined || isBefore(queue.first, best.first))) {
        best = queue;
      }
    }
    return best?.shift();
  }
}

/** One lane as far as it has been read. */
class LaneQueue {
  readonly type: string;
  readonly #database: Database;
  readonly #lane: number;
  #page: readonly Key[];
  #index = 0;
  #pageSize = FIRST_PAGE;

  constructor(database: Database, { id, type, head }: Lane) {
    this.type = type;
    this.#database = database;
    this.#lane = id;
    this.#page = [head];
  }

  /** The first task that has not been taken out. */
  get first(): Key | undefined {
    const last = this.#page.at(-1);
    if (this.#index === this.#page.length && last !== undefined) this.#read(last);
    return this.#page[this.#index];
  }

  shift(): number | undefined {
    const first = this.first;
    this.#index++;
    return first?.seq;
  }

  #read({ priority, seq }: Key): void {
    const rows = this.#database.all(NEXT_IN_LANE, [
      this.#lane,
      priority,
      priority,
      seq,
      this.#pageSize,
    ]);
    this.#page = rows.map((row) => ({
      priority: Number(row["priority"]),
      seq: Number(row["seq"]),
    }));
    this.#index = 0;
    this.#pageSize = Math.min(this.#pageSize * 4, MAX_PAGE);
  }
}

function isBefore(a: Key, b: Key | undefined): boolean {
  if (b === undefined) return true;
  return a.priority > b.priority || (a.priority === b.priority && a.seq < b.seq);
}
