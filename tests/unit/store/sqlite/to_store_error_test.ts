import assert from "node:assert/strict";
import { StoreBusyError } from "../../../../src/store/mod.ts";
import { toStoreError, toStoreOpenError } from "../../../../src/store/sqlite/to_store_error.ts";

const PATH = "/data/queue.db";

function sqliteError(message: string, errcode?: number): Error {
  return Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR", errcode });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

const CASES = [
  { text: "database is locked", code: 5, use: "store_busy", open: "store_locked" },
  { text: "database is locked", code: 5 | (3 << 8), use: "store_busy", open: "store_locked" },
  { text: "database table is locked", code: 6, use: "store_busy", open: "store_locked" },
  {
    text: "attempt to write a readonly database",
    code: 8,
    use: "store_failed",
    open: "store_unreadable",
  },
  {
    text: "database disk image is malformed",
    code: 11,
    use: "store_failed",
    open: "store_corrupt",
  },
  { text: "database or disk is full", code: 13, use: "store_full", open: "store_full" },
  {
    text: "unable to open database file: /x",
    code: 14,
    use: "store_failed",
    open: "store_unreadable",
  },
  { text: "file is not a database", code: 26, use: "store_failed", open: "store_corrupt" },
  { text: "disk I/O error", code: 10, use: "store_failed", open: "store_unreadable" },
] as const;

for (const { text, code, use, open } of CASES) {
  for (const errcode of [code, undefined]) {
    const how = errcode === undefined ? "by its text" : `by its number ${errcode}`;
    Deno.test(`toStoreError and toStoreOpenError know "${text}" ${how}`, () => {
      const cause = sqliteError(text, errcode);
      const inUse = toStoreError(cause, PATH);
      const onOpen = toStoreOpenError(cause, PATH);
      assert.equal(codeOf(inUse), use);
      assert.equal(codeOf(onOpen), open);
      for (const error of [inUse, onOpen]) {
        assert.ok(error instanceof Error);
        assert.equal(error.cause, cause);
        assert.match(error.message, /"\/data\/queue\.db"$/);
      }
    });
  }
}

Deno.test("toStoreError leaves alone what the storage engine did not throw", () => {
  for (const error of [new RangeError("x"), new StoreBusyError(PATH), "text"]) {
    assert.equal(toStoreError(error, PATH), error);
  }
});

Deno.test("toStoreOpenError tells why the file system refused", () => {
  const missing = toStoreOpenError(new Deno.errors.NotFound(), PATH);
  const denied = toStoreOpenError(new Deno.errors.PermissionDenied(), PATH);
  const readOnly = toStoreOpenError(Object.assign(new Error(), { code: "EROFS" }), PATH);
  assert.match(String(missing), /its directory does not exist/);
  assert.match(String(denied), /this user may not write it/);
  assert.match(String(readOnly), /this user may not write it/);
});
