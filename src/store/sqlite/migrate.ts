import type { Database } from "./database.ts";
import { StoreOpenError } from "../errors.ts";

/** What a database holds, and how it came to hold it. */
export interface Schema {
  /** Says whose database a file is; four bytes. */
  readonly applicationId: number;
  /**
   * All steps from an empty database to the present schema, in order. A released step never changes;
   * step `n` leads to `user_version` `n`.
   */
  readonly migrations: readonly string[];
}

/**
 * Bring a database to the present schema, in one transaction.
 *
 * @param database The open database.
 * @param schema What it is to hold.
 * @throws {StoreOpenError} `store_newer_schema`, or `store_unreadable` for another program's database.
 */
export function migrate(database: Database, schema: Schema): void {
  const { applicationId, migrations } = schema;
  database.all("BEGIN IMMEDIATE");
  try {
    const version = pragma(database, "user_version");
    assertOurs(database, schema);
    for (const [index, sql] of migrations.entries()) {
      if (index >= version) database.exec(sql);
    }
    if (version < migrations.length) {
      database.exec(`PRAGMA user_version = ${migrations.length}`);
      database.exec(`PRAGMA application_id = ${applicationId}`);
    }
    database.all("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function assertOurs(database: Database, { applicationId, migrations }: Schema): void {
  const { path } = database;
  const version = pragma(database, "user_version");
  const [schema] = database.all("SELECT count(*) AS tables FROM sqlite_schema");
  const isEmpty = schema?.["tables"] === 0 && version === 0;
  if (!isEmpty && pragma(database, "application_id") !== applicationId) {
    throw new StoreOpenError("the file is a database of another program", {
      code: "store_unreadable",
      path,
      hint: "Choose another data directory",
    });
  }
  if (version > migrations.length) {
    const versions = `version ${version}, supported up to ${migrations.length}`;
    throw new StoreOpenError(`a later release of mcpp wrote it (${versions})`, {
      code: "store_newer_schema",
      path,
      hint: "Update mcpp, or choose another data directory",
    });
  }
}

function pragma(database: Database, name: string): number {
  const [row] = database.all(`PRAGMA ${name}`);
  return Number(row?.[name]);
}
