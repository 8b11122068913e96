import assert from "node:assert/strict";
import { createMemorySessionStore } from "../../../../../src/store/memory/mod.ts";
import {
  type SessionStore,
  type SessionStreamRecord,
  StoreFailedError,
} from "../../../../../src/store/mod.ts";
import { MetricsRegistry } from "../../../../../src/telemetry/mod.ts";
import { readEvents } from "./event_reader.ts";
import { TestClient, withEndpoint } from "./session_fixture.ts";

async function status(client: TestClient): Promise<number> {
  const response = await client.post(client.request("ping"));
  await response.text();
  return response.status;
}

async function sessionsIn(store: SessionStore): Promise<number> {
  return (await store.totals()).sessions;
}

const MINUTE_MS = 60_000;

Deno.test("SessionEndpoint ends a session with DELETE, and what runs in it", async () => {
  const store = createMemorySessionStore();
  await withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    const [unanswered, streamed] = [client.work("a"), client.work("b")];
    const [first, second] = [await works.started("a"), await works.started("b")];
    second.progress(1);
    const events = readEvents(await streamed);
    const { events: news } = await client.listen();
    assert.equal((await client.send("DELETE")).status, 204);
    assert.equal((await unanswered).status, 404);
    assert.deepEqual([first.signal.aborted, second.signal.aborted], [true, true]);
    const texts = [...await events.rest(), ...await news.rest()].map(({ data }) => data);
    assert.deepEqual(texts.filter((data) => data.includes('"result"')), []);
    assert.equal(await status(client), 404);
    assert.equal((await client.send("DELETE")).status, 404);
    assert.deepEqual(endpoint.statistics(), { sessions: 0, streams: 0 });
    assert.deepEqual(await store.totals(), { sessions: 0, streams: 0, events: 0, bytes: 0 });
  }, { store });
});

Deno.test("SessionEndpoint ends with a session also the stream that is only being begun", async () => {
  const store = createMemorySessionStore();
  const { append } = store;
  const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  store.append = async (entry) => {
    begun.resolve();
    await goOn.promise;
    await append.call(store, entry);
  };
  await withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    const answered = client.work("w");
    (await works.started("w")).progress(1);
    await begun.promise;
    assert.equal((await client.send("DELETE")).status, 204);
    goOn.resolve();
    const texts = (await readEvents(await answered).rest()).map(({ data }) => data);
    assert.deepEqual(texts, [""]);
    assert.equal(endpoint.statistics().streams, 0);
  }, { store });
});

Deno.test("SessionEndpoint ends with a session also the stream that somebody is coming back to", async () => {
  const store = createMemorySessionStore();
  const [asked, found] = [
    Promise.withResolvers<number>(),
    Promise.withResolvers<SessionStreamRecord>(),
  ];
  store.findStream = (_sessionId, streamId) => {
    asked.resolve(streamId);
    return found.promise;
  };
  await withEndpoint(async ({ endpoint }) => {
    const client = await TestClient.open(endpoint);
    const listening = client.listen("7-7");
    const id = await asked.promise;
    assert.equal((await client.send("DELETE")).status, 204);
    found.resolve({ id, requests: ["r"], pending: ["r"], lastSeq: id });
    await (await listening).events.rest();
    assert.equal(endpoint.statistics().streams, 0);
  }, { store });
});

Deno.test("SessionEndpoint ends what was unused for half an hour, counted from the last use", async () => {
  const store = createMemorySessionStore();
  await withEndpoint(async ({ endpoint, clock }) => {
    const [used, unused] = [await TestClient.open(endpoint), await TestClient.open(endpoint)];
    await clock.advance(29 * MINUTE_MS);
    assert.equal(await status(used), 200);
    assert.equal(await sessionsIn(store), 2);
    await clock.advance(2 * MINUTE_MS);
    assert.equal(await sessionsIn(store), 1);
    assert.equal(await status(unused), 404);
    assert.equal(await status(used), 200);
    await clock.advance(31 * MINUTE_MS);
    assert.deepEqual(await store.totals(), { sessions: 0, streams: 0, events: 0, bytes: 0 });
    assert.equal(endpoint.statistics().sessions, 0);
  }, { store });
});

Deno.test("SessionEndpoint is exact about the end of a session, however seldom it looks", () =>
  withEndpoint(async ({ endpoint, clock }) => {
    const [first, second] = [await TestClient.open(endpoint), await TestClient.open(endpoint)];
    await clock.advance(999);
    assert.equal(await status(first), 200);
    await clock.advance(1);
    assert.equal(await status(second), 404);
  }, { limits: { idleTtlMs: 1_000, unloadAfterMs: 1e9 } }));

Deno.test("SessionEndpoint ends no session while a stream is attached or a request runs", () =>
  withEndpoint(async ({ endpoint, clock, works }) => {
    const [listening, working, detached] = await Promise.all(
      [0, 1, 2].map(() => TestClient.open(endpoint)),
    );
    assert.ok(listening && working && detached);
    const { events } = await listening.listen();
    const answered = working.work("w");
    const response = detached.work("d");
    const [work, other] = [await works.started("w"), await works.started("d")];
    other.progress(1);
    await readEvents(await response).hangUp();
    await clock.advance(100 * MINUTE_MS);
    assert.equal(endpoint.statistics().sessions, 3);
    await events.hangUp();
    work.finish("done");
    other.finish("done");
    await (await answered).text();
    await clock.advance(29 * MINUTE_MS);
    for (const client of [listening, working, detached]) assert.equal(await status(client), 200);
    await clock.advance(31 * MINUTE_MS);
    for (const client of [listening, working, detached]) assert.equal(await status(client), 404);
  }));

Deno.test("SessionEndpoint ends the session unused longest when there are too many", async () => {
  const store = createMemorySessionStore();
  await withEndpoint(async ({ endpoint, clock }) => {
    const clients: TestClient[] = [];
    for (let count = 0; count < 3; count++) {
      clients.push(await TestClient.open(endpoint));
      await clock.advance(1);
    }
    const [first, second, third] = clients;
    assert.ok(first && second && third);
    assert.equal(await status(first), 200);
    const { events } = await second.listen();
    const fourth = await TestClient.open(endpoint);
    assert.equal(await status(third), 404);
    for (const client of [first, second, fourth]) assert.equal(await status(client), 200);
    assert.equal(await sessionsIn(store), 3);
    await events.hangUp();
  }, { store, limits: { maxSessions: 3 } });
});

Deno.test("SessionEndpoint never has more sessions than it may, however many begin at once", () =>
  withEndpoint(async ({ endpoint }) => {
    for (let round = 0; round < 3; round++) {
      const begun = await Promise.all(
        Array.from({ length: 10 }, () => new TestClient(endpoint).initialize()),
      );
      assert.ok(begun.some(({ status }) => status === 200));
      assert.ok(endpoint.statistics().sessions <= 4, String(endpoint.statistics().sessions));
    }
  }, { limits: { maxSessions: 4 } }));

Deno.test("SessionEndpoint ends sessions that are in the store only before those in memory", () =>
  withEndpoint(async ({ endpoint, clock }) => {
    const first = await TestClient.open(endpoint);
    await clock.advance(5 * MINUTE_MS);
    assert.equal(endpoint.statistics().sessions, 0);
    const second = await TestClient.open(endpoint);
    await TestClient.open(endpoint);
    assert.deepEqual([await status(first), await status(second)], [404, 200]);
  }, { limits: { maxSessions: 2 } }));

Deno.test("SessionEndpoint refuses a session when all that it may have are used", () =>
  withEndpoint(async ({ endpoint }) => {
    const client = await TestClient.open(endpoint);
    const { events } = await client.listen();
    const refused = await new TestClient(endpoint).initialize();
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get("retry-after"), "1");
    assert.equal(refused.headers.get("mcp-session-id"), null);
    await events.hangUp();
    assert.equal((await new TestClient(endpoint).initialize()).status, 200);
  }, { limits: { maxSessions: 1 } }));

Deno.test("SessionEndpoint takes an unused session out of memory, and goes on with it when asked", () =>
  withEndpoint(async ({ endpoint, clock, service, works }) => {
    const client = await TestClient.open(endpoint);
    for (
      const [method, params] of [
        ["resources/subscribe", { uri: "test://a" }],
        ["logging/setLevel", { level: "error" }],
      ] as const
    ) await (await client.post(client.request(method, params))).text();
    const response = client.work("w", "r");
    const work = await works.started("w");
    work.progress(1);
    work.finish("done");
    const [priming] = await readEvents(await response).rest();
    await clock.advance(80_000);
    assert.equal(endpoint.statistics().sessions, 0);

    const { events: resumed } = await client.listen(priming?.id);
    assert.equal((await resumed.rest()).length, 3);
    assert.equal(endpoint.statistics().sessions, 1);
    // Nobody has watched the resource meanwhile: it may have changed.
    const { events } = await client.listen();
    assert.deepEqual((await events.message()).params, { uri: "test://a" });
    service.events.resourceUpdated("test://b");
    service.events.resourceUpdated("test://a");
    assert.deepEqual((await events.message()).params, { uri: "test://a" });
    await events.hangUp();
  }));

Deno.test("SessionEndpoint loads a session once, however many requests come for it", async () => {
  const store = createMemorySessionStore();
  let finds = 0;
  const { find } = store;
  store.find = (id) => {
    finds++;
    return find.call(store, id);
  };
  await withEndpoint(async ({ endpoint, clock }) => {
    const client = await TestClient.open(endpoint);
    await clock.advance(80_000);
    const found = await Promise.all(Array.from({ length: 5 }, () => status(client)));
    assert.deepEqual(found, [200, 200, 200, 200, 200]);
    assert.equal(finds, 1);
  }, { store });
});

Deno.test("SessionEndpoint keeps a session in memory that its store did not take", async () => {
  const store = createMemorySessionStore();
  store.insert = () => Promise.reject(new StoreFailedError("memory"));
  await withEndpoint(async ({ endpoint, clock, logger }) => {
    const client = await TestClient.open(endpoint);
    await clock.advance(10 * MINUTE_MS);
    assert.equal(await status(client), 200);
    assert.equal(logger.lines.filter(([level]) => level === "warn").length, 1);
    await clock.advance(31 * MINUTE_MS);
    assert.equal(await status(client), 404);
  }, { store });
});

Deno.test("SessionEndpoint asks to come again when its store cannot be read", async () => {
  const store = createMemorySessionStore();
  await withEndpoint(async ({ endpoint, clock }) => {
    const client = await TestClient.open(endpoint);
    await clock.advance(80_000);
    const { find } = store;
    store.find = () => Promise.reject(new StoreFailedError("memory"));
    const refused = await client.post(client.request("ping"));
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [503, "1"]);
    store.find = find;
    assert.equal(await status(client), 200);
  }, { store });
});

Deno.test("SessionEndpoint refuses everything once it is closed", () =>
  withEndpoint(async ({ endpoint }) => {
    const client = await TestClient.open(endpoint);
    const { events } = await client.listen();
    await endpoint[Symbol.asyncDispose]();
    assert.equal((await events.rest()).length, 1);
    for (const method of ["POST", "GET", "DELETE"] as const) {
      assert.equal((await client.send(method)).status, 503, method);
    }
    assert.equal((await new TestClient(endpoint).initialize()).status, 503);
  }));

Deno.test("SessionEndpoint that is drained ends the streams of news, and answers what runs", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    const { events: news } = await client.listen();
    const response = client.work("w", "r");
    const work = await works.started("w");
    work.progress(1);
    const events = readEvents(await response);
    const priming = await events.next();
    endpoint.drain();
    const [last] = await news.rest();
    for (const headers of [{}, { "last-event-id": last?.id ?? "" }]) {
      assert.equal((await client.send("GET", { headers })).status, 503);
    }
    await events.hangUp();
    const { events: resumed } = await client.listen(priming?.id);
    work.finish("done");
    assert.equal(JSON.parse((await resumed.rest()).at(-1)?.data ?? "").id, "r");
  }));

Deno.test("SessionEndpoint leaves nothing behind when it looks for unused sessions", () =>
  withEndpoint(async ({ clock, endpoint }) => {
    await TestClient.open(endpoint);
    const timers = clock.pendingTimers;
    for (let count = 0; count < 50; count++) await clock.advance(15_000);
    assert.equal(clock.pendingTimers, timers);
  }));

Deno.test("SessionEndpoint tells clients whose requests are cut short by its end", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    const [unanswered, streamed] = [client.work("a"), client.work("b", "r")];
    const [first, second] = [await works.started("a"), await works.started("b")];
    second.progress(1);
    const events = readEvents(await streamed);
    await endpoint[Symbol.asyncDispose]();
    assert.deepEqual([first.signal.aborted, second.signal.aborted], [true, true]);
    assert.equal((await unanswered).status, 503);
    const last = JSON.parse((await events.rest()).at(-1)?.data ?? "");
    assert.deepEqual([last.id, last.error.data.code], ["r", "server_stopping"]);
  }));

Deno.test("SessionEndpoint counts sessions and streams", async () => {
  const metrics = new MetricsRegistry();
  await withEndpoint(async ({ endpoint }) => {
    const client = await TestClient.open(endpoint);
    await TestClient.open(endpoint);
    const { events } = await client.listen();
    const text = await metrics.expose();
    assert.match(text, /^mcpp_mcp_sessions 2$/m);
    assert.match(text, /^mcpp_mcp_session_streams 1$/m);
    await events.hangUp();
  }, { metrics });
  assert.match(await metrics.expose(), /^mcpp_mcp_sessions 0$/m);
});
