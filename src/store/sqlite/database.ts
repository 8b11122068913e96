import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";

/** One row by column. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

/** One row in the order of its columns. */
export type Tuple = readonly SQLOutputValue[];

/**
 * Values for the parameters of a statement: by name without the sigil, or, which takes half the time
 * and so is for what runs often, by position.
 */
export type Parameters = Readonly<Record<string, SQLInputValue>> | readonly SQLInputValue[];

/** What a statement changed. */
export interface Changes {
  /** How many rows, without those that triggers changed. */
  readonly changes: number;
  /** The newest row's number; after an insertion only. */
  readonly lastInsertRowid: number;
}

interface Prepared {
  readonly statement: StatementSync;
  readonly isQuery: boolean;
}

/** A connection that keeps its prepared statements: preparing each time halves the speed. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, Prepared>();
  readonly #tupleQueries = new Map<string, StatementSync>();
  #writeCount = 0;

  /**
   * @param connection The open connection; closed with this.
   * @param path Its file, for messages.
   */
  constructor(connection: DatabaseSync, readonly path: string) {
    this.#connection = connection;
  }

  /** Whether a transaction is open. Some errors, such as a full disk, end it. */
  get isTransaction(): boolean {
    return this.#connection.isTransaction;
  }

  /** Grows with each statement that may have changed something. */
  get writeCount(): number {
    return this.#writeCount;
  }

  /**
   * Run a statement to its end and return its rows. Statements are kept by their text, so texts must
   * be few.
   *
   * Limits are written `LIMIT ? + 0`: SQLite plans by the value of a bare parameter there, and so
   * compiles the statement anew each time.
   *
   * Never `get`: it leaves `UPDATE … RETURNING` unfinished, which keeps the WAL from being
   * checkpointed.
   */
  all(sql: string, parameters: Parameters = []): readonly Row[] {
    const { statement, isQuery } = this.#prepare(sql);
    if (!isQuery) this.#writeCount++;
    return isList(parameters) ? statement.all(...parameters) : statement.all(parameters);
  }

  /** Read rows as tuples, which for many columns takes half the time; see {@linkcode all}. */
  tuples(query: string, parameters: readonly SQLInputValue[]): readonly Tuple[] {
    let statement = this.#tupleQueries.get(query);
    if (statement === undefined) {
      statement = withArrays(this.#connection.prepare(query));
      this.#tupleQueries.set(query, statement);
    }
    return statement.all(...parameters) as unknown as readonly Tuple[];
  }

  /** Run a statement of which only the changes matter; see {@linkcode all}. */
  run(sql: string, parameters: Parameters = []): Changes {
    const { statement } = this.#prepare(sql);
    this.#writeCount++;
    const { changes, lastInsertRowid } = isList(parameters)
      ? statement.run(...parameters)
      : statement.run(parameters);
    if (changes === 0) this.#writeCount--;
    return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
  }

  /** Run a script that is used once. */
  exec(sql: string): void {
    this.#writeCount++;
    this.#connection.exec(sql);
  }

  /** Close the connection and its statements. */
  close(): void {
    this.#statements.clear();
    this.#tupleQueries.clear();
    this.#connection.close();
  }

  #prepare(sql: string): Prepared {
    let prepared = this.#statements.get(sql);
    if (prepared === undefined) {
      prepared = { statement: this.#connection.prepare(sql), isQuery: /^\s*SELECT\b/.test(sql) };
      this.#statements.set(sql, prepared);
    }
    return prepared;
  }
}

/** Node has had this method since 24.0; the types of Deno do not know it yet. */
function withArrays(statement: StatementSync): StatementSync {
  (statement as StatementSync & ReturnsArrays).setReturnArrays(true);
  return statement;
}

interface ReturnsArrays {
  setReturnArrays(enabled: boolean): void;
}

function isList(parameters: Parameters): parameters is readonly SQLInputValue[] {
  return Array.isArray(parameters);
}
