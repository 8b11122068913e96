import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";

/** One row as SQLite gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

/** Values for the named parameters of a statement, without their sigil. */
export type Parameters = Readonly<Record<string, SQLInputValue>>;

/** A connection that keeps its prepared statements: preparing each time halves the speed. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

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

  /**
   * Run a statement to its end. Statements are kept by their text, so texts must be few.
   *
   * Limits are written `LIMIT :limit + 0`: SQLite plans by the value of a bare parameter there, and so
   * compiles the statement anew each time.
   *
   * Never `get`: it leaves `UPDATE … RETURNING` unfinished, which keeps the WAL from being
   * checkpointed.
   */
  all(sql: string, parameters: Parameters = {}): readonly Row[] {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement.all(parameters);
  }

  /** Run a script that is used once. */
  exec(sql: string): void {
    this.#connection.exec(sql);
  }

  /** Close the connection and its statements. */
  close(): void {
    this.#statements.clear();
    this.#connection.close();
  }
}
