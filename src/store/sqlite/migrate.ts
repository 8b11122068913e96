import type { Database } from "./database.ts";
import { StoreOpenError } from "../errors.ts";
import { MIGRATIONS } from "./migrations/mod.ts";

/** "mcpp" in ASCII: says whose database this is. */
const APPLICATION_ID = 0x6d637070;

/**
 * Bring a database to the present schema, in one transaction.
 *
 * @throws {StoreOpenError} `store_newer_schema`, or `store_unreadable` for another program's database.
 */
export function migrate(database: Database): void {
  database.all("BEGIN IMMEDIATE");
  try {
    const version = pragma(database, "user_version");
    assertOurs(database, version);
    for (const [index, sql] of MIGRATIONS.entries()) {
      if (index >= version) database.exec(sql);
    }
    if (version < MIGRATIONS.length) {
      database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    }
    database.all("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function assertOurs(database: Database, version: number): void {
  const { path } = database;
  const [schema] = database.all("SELECT count(*) AS tables FROM sqlite_schema");
  const isEmpty = schema?.["tables"] === 0 && version === 0;
  if (!isEmpty && pragma(database, "application_id") !== APPLICATION_ID) {
    throw new StoreOpenError("the file is a database of another program", {
      code: "store_unreadable",
      path,
      hint: "Choose another data directory",
    });
  }
  if (version > MIGRATIONS.length) {
    const versions = `version ${version}, supported up to ${MIGRATIONS.length}`;
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
