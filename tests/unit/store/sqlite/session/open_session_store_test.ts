import assert from "node:assert/strict";
import { openSessionStore, openSqliteTaskStore } from "../../../../../src/store/sqlite/mod.ts";
import { FakeLogger } from "../../../network/fake_logger.ts";
import { session } from "../../session_store_conformance.ts";
import { withDirectory } from "../with_directory.ts";

const REPLACED = "warn: Session file was set aside, and a new one begun";
const IN_MEMORY = "warn: Sessions are kept in memory only, as their file cannot be used";

function open(path: string) {
  const logger = new FakeLogger();
  const store = openSessionStore({ path, logger, busyTimeoutMs: 10 });
  return { store, messages: logger.lines.map(([level, message]) => `${level}: ${message}`) };
}

/** Opens the store, adds a session, and tells how many there are then. */
async function addOne(path: string, id: string) {
  const { store, messages } = open(path);
  await using _store = store;
  await store.insert(session(id));
  return { messages, sessions: (await store.totals()).sessions };
}

Deno.test("openSessionStore opens what is in order, and says nothing", () =>
  withDirectory(async (path) => {
    assert.deepEqual(await addOne(path, "a"), { messages: [], sessions: 1 });
    assert.deepEqual(await addOne(path, "b"), { messages: [], sessions: 2 });
  }));

Deno.test("openSessionStore begins anew when the file is damaged, and sets it aside", () =>
  withDirectory(async (path) => {
    await addOne(path, "a");
    const damage = "no database ".repeat(999);
    await Deno.writeTextFile(path, damage);
    assert.deepEqual(await addOne(path, "b"), { messages: [REPLACED], sessions: 1 });
    assert.equal(await Deno.readTextFile(`${path}.set-aside`), damage);
    assert.deepEqual(await addOne(path, "c"), { messages: [], sessions: 2 });
  }));

Deno.test("openSessionStore keeps sessions in memory when the file is another's", () =>
  withDirectory(async (path) => {
    await openSqliteTaskStore({ path })[Symbol.asyncDispose]();
    assert.deepEqual(await addOne(path, "a"), { messages: [IN_MEMORY], sessions: 1 });
    assert.deepEqual(await addOne(path, "b"), { messages: [IN_MEMORY], sessions: 1 });
  }));

Deno.test("openSessionStore does not hide a mistake of the caller", () =>
  withDirectory((path) => {
    const options = { path, logger: new FakeLogger(), busyTimeoutMs: 0.5 };
    assert.throws(() => openSessionStore(options), RangeError);
    return Promise.resolve();
  }));
