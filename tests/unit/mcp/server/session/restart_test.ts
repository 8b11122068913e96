import assert from "node:assert/strict";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import type { SessionStore } from "../../../../../src/store/mod.ts";
import { createMemorySessionStore } from "../../../../../src/store/memory/mod.ts";
import { openSqliteSessionStore } from "../../../../../src/store/sqlite/mod.ts";
import { readEvents } from "./event_reader.ts";
import { TestClient, withEndpoint } from "./session_fixture.ts";

/** A store as the next process finds it: what is written from now on is lost. */
class CrashingStore {
  #hasCrashed = false;

  constructor(readonly store: SessionStore) {}

  crash(): void {
    this.#hasCrashed = true;
  }

  /** The store for the process that will crash. */
  get before(): SessionStore {
    const lost = new Set(["insert", "saveState", "touch", "delete", "append", "settle"]);
    return new Proxy(this.store, {
      get: (store, name) => {
        const value = Reflect.get(store, name);
        if (typeof value !== "function") return value;
        // deno-lint-ignore no-explicit-any -- arguments of any method
        return (...args: any[]) =>
          this.#hasCrashed && lost.has(String(name))
            ? Promise.resolve()
            : Reflect.apply(value, store, args);
      },
    });
  }
}

/** Runs the test with each kind of store. */
function testRestart(title: string, body: (crashing: CrashingStore) => Promise<void>): void {
  Deno.test(`SessionEndpoint ${title} (memory)`, async () => {
    await using store = createMemorySessionStore();
    await body(new CrashingStore(store));
  });
  Deno.test(`SessionEndpoint ${title} (SQLite)`, async () => {
    const directory = await Deno.makeTempDir({ prefix: "mcpp-session-" });
    try {
      await using store = openSqliteSessionStore({ path: `${directory}/sessions.sqlite` });
      await body(new CrashingStore(store));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

testRestart("goes on with a session after a restart", async ({ store }) => {
  const clock = new FakeClock(1_000_000);
  let sessionId = "";
  await withEndpoint(async ({ endpoint }) => {
    const client = await TestClient.open(endpoint, { capabilities: { elicitation: {} } });
    await (await client.post(client.request("resources/subscribe", { uri: "test://a" }))).text();
    ({ sessionId } = client);
  }, { store, clock });

  await clock.advance(10 * 60_000);
  await withEndpoint(async ({ endpoint, works, service }) => {
    assert.equal(endpoint.statistics().sessions, 0);
    const client = new TestClient(endpoint, { sessionId });
    const { events } = await client.listen();
    assert.deepEqual((await events.message()).params, { uri: "test://a" });
    service.events.resourceUpdated("test://a");
    assert.deepEqual((await events.message()).params, { uri: "test://a" });
    await events.hangUp();
    // What the client can do is still known.
    const response = client.work("w");
    (await works.started("w")).ask();
    const asking = readEvents(await response);
    assert.equal((await asking.message()).method, "elicitation/create");
    await asking.hangUp();
  }, { store, clock });
});

testRestart("keeps a session to its principal after a restart", async ({ store }) => {
  const principal = { id: "laptop", scopes: ["*"] };
  let sessionId = "";
  await withEndpoint(async ({ endpoint }) => {
    ({ sessionId } = await TestClient.open(endpoint, { principal }));
  }, { store });
  await withEndpoint(async ({ endpoint }) => {
    const thief = new TestClient(endpoint, { sessionId });
    assert.equal((await thief.post(thief.request("ping"))).status, 404);
    const owner = new TestClient(endpoint, { sessionId, principal });
    assert.equal((await owner.post(owner.request("ping"))).status, 200);
  }, { store });
});

testRestart("gives a client after a restart what it has missed before", async (crashing) => {
  let sessionId = "";
  let lastEventId: string | undefined;
  await withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    ({ sessionId } = client);
    const response = client.work("w", "r");
    const work = await works.started("w");
    work.progress(1);
    const events = readEvents(await response);
    lastEventId = (await events.next())?.id;
    await events.hangUp();
    work.finish("done");
    // It has ended when its stream has.
    await (await client.listen(lastEventId)).events.rest();
    crashing.crash();
  }, { store: crashing.before });

  await withEndpoint(async ({ endpoint }) => {
    const client = new TestClient(endpoint, { sessionId });
    const { events } = await client.listen(lastEventId);
    assert.equal((await events.message()).params.progress, 1);
    assert.deepEqual((await events.message()).result.structuredContent, { text: "done" });
    assert.equal(await events.next(), undefined);
  }, { store: crashing.store });
});

testRestart("answers with an error what ran when the process died", async (crashing) => {
  let sessionId = "";
  const lastEventIds: (string | undefined)[] = [];
  await withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    ({ sessionId } = client);
    for (const id of ["r", 7]) {
      const response = client.work(`work ${id}`, id);
      const work = await works.started(`work ${id}`);
      work.progress(1);
      const events = readEvents(await response);
      await events.message();
      lastEventIds.push(events.seen.at(-1)?.id);
    }
    crashing.crash();
  }, { store: crashing.before });

  await withEndpoint(async ({ endpoint }) => {
    const client = new TestClient(endpoint, { sessionId });
    for (const [index, id] of ["r", 7].entries()) {
      const { events } = await client.listen(lastEventIds[index]);
      const answer = await events.message();
      assert.equal(answer.id, id);
      assert.deepEqual([answer.error.code, answer.error.data], [-32603, {
        code: "server_restarted",
      }]);
      assert.equal(await events.next(), undefined);
      assert.notEqual(events.seen[1]?.id, lastEventIds[index]);
    }
    assert.equal((await client.post(client.request("ping"))).status, 200);
  }, { store: crashing.store });
});

testRestart("forgets after a restart who was unused for too long", async ({ store }) => {
  const clock = new FakeClock(1_000_000);
  const ids: string[] = [];
  await withEndpoint(async ({ endpoint }) => {
    for (let count = 0; count < 3; count++) ids.push((await TestClient.open(endpoint)).sessionId);
    await clock.advance(20 * 60_000);
    const client = new TestClient(endpoint, { sessionId: ids[1] ?? "" });
    await (await client.post(client.request("ping"))).text();
  }, { store, clock });

  await clock.advance(15 * 60_000);
  await withEndpoint(async ({ endpoint }) => {
    const found = await Promise.all(ids.map(async (sessionId) => {
      const client = new TestClient(endpoint, { sessionId });
      const response = await client.post(client.request("ping"));
      await response.text();
      return response.status;
    }));
    assert.deepEqual(found, [404, 200, 404]);
    await clock.advance(60_000);
    assert.equal((await store.totals()).sessions, 1);
  }, { store, clock });
});

testRestart("knows after a restart which session was unused longest", async ({ store }) => {
  const clock = new FakeClock(1_000_000);
  const ids: string[] = [];
  await withEndpoint(async ({ endpoint }) => {
    for (let count = 0; count < 3; count++) {
      ids.push((await TestClient.open(endpoint)).sessionId);
      await clock.advance(10);
    }
    const client = new TestClient(endpoint, { sessionId: ids[0] ?? "" });
    await (await client.post(client.request("ping"))).text();
  }, { store, clock });

  await withEndpoint(async ({ endpoint }) => {
    await TestClient.open(endpoint);
    const left = (await store.list()).map(({ id }) => id).filter((id) => ids.includes(id));
    assert.deepEqual(left, [ids[2], ids[0]]);
  }, { store, clock, limits: { maxSessions: 3 } });
});

testRestart("knows after a restart of sessions that were used all the time", async (crashing) => {
  const clock = new FakeClock(1_000_000);
  let sessionId = "";
  await withEndpoint(async ({ endpoint }) => {
    const client = await TestClient.open(endpoint);
    ({ sessionId } = client);
    await client.listen();
    for (let minute = 0; minute < 100; minute++) await clock.advance(60_000);
    crashing.crash();
  }, { store: crashing.before, clock });

  await withEndpoint(async ({ endpoint }) => {
    const client = new TestClient(endpoint, { sessionId });
    assert.equal((await client.post(client.request("ping"))).status, 200);
  }, { store: crashing.store, clock });
});
