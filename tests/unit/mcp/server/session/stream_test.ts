import assert from "node:assert/strict";
import { createMemorySessionStore } from "../../../../../src/store/memory/mod.ts";
import { StoreFailedError } from "../../../../../src/store/mod.ts";
import { readEvents } from "./event_reader.ts";
import { TestClient, withEndpoint } from "./session_fixture.ts";

Deno.test("SessionEndpoint gives a client that lost its connection the rest of the stream", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    const response = client.work("w", "r");
    const work = await works.started("w");
    work.progress(1);
    const events = readEvents(await response);
    await events.message();
    await events.hangUp();
    work.progress(2);
    work.progress(3);
    work.finish("done");
    await assertResumed(client, events.seen, ["of w 2", "of w 3", "answer r"]);
  }));

Deno.test("SessionEndpoint goes on live where a client has come back", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    const response = client.work("w", "r");
    const work = await works.started("w");
    work.progress(1);
    const events = readEvents(await response);
    const priming = await events.next();
    await events.hangUp();
    const { events: resumed } = await client.listen(priming?.id);
    assert.equal((await resumed.message()).params.progress, 1);
    work.progress(2);
    assert.equal((await resumed.message()).params.progress, 2);
    work.finish("done");
    assert.equal((await resumed.message()).id, "r");
    assert.equal(await resumed.next(), undefined);
  }));

Deno.test("SessionEndpoint begins a resumed stream with where to come back to", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    const response = client.work("w");
    const work = await works.started("w");
    work.progress(1);
    const events = readEvents(await response);
    const priming = await events.next();
    await events.hangUp();
    const { events: resumed } = await client.listen(priming?.id);
    assert.deepEqual(await resumed.next(), { id: priming?.id, data: "", retry: "1000" });
    await resumed.hangUp();
    work.finish("done");
  }));

Deno.test("SessionEndpoint hands a stream over to whoever comes back for it last", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    const response = client.work("w", "r");
    const work = await works.started("w");
    work.progress(1);
    // A connection that is dead, but not known to be.
    const dead = readEvents(await response);
    const priming = await dead.next();
    const { events: resumed } = await client.listen(priming?.id);
    work.finish("done");
    const messages = (await resumed.rest()).filter(({ data }) => data !== "");
    assert.equal(messages.length, 2);
    assert.equal((await dead.rest()).length, 1);
    assert.equal(endpoint.statistics().streams, 0);
  }));

Deno.test("SessionEndpoint repeats an answer as often as it is asked for", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    const response = client.work("w", "r");
    const work = await works.started("w");
    work.progress(1);
    work.finish("done");
    const seen = await readEvents(await response).rest();
    for (const [index, expected] of [[0, 2], [1, 1]] as const) {
      const { events } = await client.listen(seen[index]?.id);
      const [, ...messages] = await events.rest();
      assert.deepEqual(messages, seen.slice(-expected));
    }
    const { id = "" } = seen[2] ?? {};
    const nothing = await client.send("GET", { headers: { "last-event-id": id } });
    assert.equal(nothing.status, 204);
  }));

Deno.test("SessionEndpoint closes the connection when a tool lets go, and answers who comes back", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    for (const hasStream of [false, true]) {
      const name = `stream is there: ${hasStream}`;
      const response = client.work(name, name);
      const work = await works.started(name);
      if (hasStream) work.progress(1);
      const events = hasStream ? readEvents(await response) : undefined;
      if (hasStream) await events?.message();
      work.detach?.();
      const seen = await (events ?? readEvents(await response)).rest();
      assert.equal(work.signal.aborted, false);
      const { events: resumed } = await client.listen(
        seen.at(-1)?.id ?? events?.seen.at(-1)?.id,
      );
      work.finish("done");
      assert.equal((await resumed.message()).id, name);
      assert.equal(await resumed.next(), undefined);
    }
  }));

for (const lastEventId of ["nothing", "1", "-1-1", "1-", "01-1", "9999999999999999-1", "1-1x"]) {
  Deno.test(`SessionEndpoint refuses the Last-Event-ID "${lastEventId}"`, () =>
    withEndpoint(async ({ endpoint }) => {
      const client = await TestClient.open(endpoint);
      const refused = await client.send("GET", { headers: { "last-event-id": lastEventId } });
      assert.equal(refused.status, 400);
      assert.equal((await refused.json()).error.code, -32600);
    }));
}

Deno.test("SessionEndpoint refuses to go on with a stream that never was", () =>
  withEndpoint(async ({ endpoint }) => {
    const client = await TestClient.open(endpoint);
    const refused = await client.send("GET", { headers: { "last-event-id": "17-18" } });
    assert.equal(refused.status, 400);
    assert.equal((await refused.json()).error.data.code, "events_lost");
  }));

Deno.test("SessionEndpoint never resumes a stream of another session", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    const response = client.work("w");
    const work = await works.started("w");
    work.progress(1);
    const events = readEvents(await response);
    const priming = await events.next();
    const other = await TestClient.open(endpoint);
    const headers = { "last-event-id": priming?.id ?? "" };
    assert.equal((await other.send("GET", { headers })).status, 400);
    await events.hangUp();
    work.finish("done");
  }));

Deno.test("SessionEndpoint refuses GET to clients that take no streams", () =>
  withEndpoint(async ({ endpoint }) => {
    const { sessionId } = await TestClient.open(endpoint);
    const client = new TestClient(endpoint, { accept: "application/json", sessionId });
    assert.equal((await client.send("GET")).status, 406);
  }));

Deno.test("SessionEndpoint has one stream of news for a session, and refuses a second", () =>
  withEndpoint(async ({ endpoint, service }) => {
    const client = await TestClient.open(endpoint);
    const { events } = await client.listen();
    assert.equal((await client.send("GET")).status, 409);
    assert.equal(endpoint.statistics().streams, 1);
    service.events.toolsChanged();
    assert.equal((await events.message()).method, "notifications/tools/list_changed");
    await events.hangUp();
    const { events: second } = await client.listen();
    assert.notEqual(await second.next(), undefined);
    await second.hangUp();
  }));

Deno.test("SessionEndpoint tells a client that listens late what it has missed, once", () =>
  withEndpoint(async ({ endpoint, service, clock }) => {
    const client = await TestClient.open(endpoint);
    await (await client.post(client.request("resources/subscribe", { uri: "test://a" }))).text();
    service.events.resourceUpdated("test://a");
    service.events.toolsChanged();
    await clock.advance(0);
    service.events.resourceUpdated("test://a");
    await clock.advance(0);
    const { events } = await client.listen();
    const told = [await events.message(), await events.message()];
    assert.deepEqual(told.map(({ method }) => method), [
      "notifications/resources/updated",
      "notifications/tools/list_changed",
    ]);
    // Whoever listens is told each time.
    service.events.toolsChanged();
    assert.equal((await events.message()).method, "notifications/tools/list_changed");
    await events.hangUp();
    const { events: next } = await client.listen();
    service.events.promptsChanged();
    assert.equal((await next.message()).method, "notifications/prompts/list_changed");
    await next.hangUp();
  }));

Deno.test("SessionEndpoint gives a client that comes back for news those after the last it knows", () =>
  withEndpoint(async ({ endpoint, service }) => {
    const client = await TestClient.open(endpoint);
    const { events } = await client.listen();
    const priming = await events.next();
    service.events.toolsChanged();
    service.events.promptsChanged();
    const first = await events.next();
    const second = await events.next();
    await events.hangUp();
    for (const [id, expected] of [[priming?.id, [first, second]], [first?.id, [second]]] as const) {
      const { events: resumed } = await client.listen(id);
      await resumed.next();
      for (const event of expected) assert.deepEqual(await resumed.next(), event);
      await resumed.hangUp();
    }
  }));

Deno.test("SessionEndpoint tells who comes back too late of the gap, and goes on", () =>
  withEndpoint(async ({ endpoint, works, service }) => {
    const client = await TestClient.open(endpoint);
    const response = client.work("w", "r");
    const work = await works.started("w");
    work.progress(1);
    const events = readEvents(await response);
    const priming = await events.next();
    const second = await events.next();
    for (let value = 2; value <= 5; value++) {
      work.progress(value);
      await events.next();
    }
    await events.hangUp();
    const { events: resumed } = await client.listen(priming?.id);
    const notice = await resumed.message();
    assert.equal(notice.method, "notifications/message");
    assert.deepEqual([notice.params.level, notice.params.data.code], ["error", "events_lost"]);
    assert.equal((await resumed.message()).params.progress, 3);
    work.finish("done");
    const rest = await resumed.rest();
    assert.equal(JSON.parse(rest.at(-1)?.data ?? "").id, "r");

    // Once the answer has gone, an error stands for it.
    for (let count = 0; count < 2; count++) {
      service.events.toolsChanged();
      service.events.promptsChanged();
      const { events: news } = await client.listen();
      await news.message();
      await news.message();
      await news.hangUp();
    }
    const lost = await client.send("GET", { headers: { "last-event-id": second?.id ?? "" } });
    assert.equal(lost.status, 400);
    assert.equal((await lost.json()).error.data.code, "events_lost");
  }, { limits: { maxEvents: 3 } }));

Deno.test("SessionEndpoint puts an error in the place of an answer that is too long to be kept", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint, { version: "2025-03-26" });
    const call = (name: string) =>
      client.request("tools/call", {
        name: "work",
        arguments: { name },
        _meta: { progressToken: name },
      }, name);
    const response = client.send("POST", { messages: [call("long"), call("slow")] });
    const [long, slow] = [await works.started("long"), await works.started("slow")];
    slow.progress(1);
    const events = readEvents(await response);
    const first = await events.next();
    long.finish("x".repeat(2_000));
    assert.equal((await events.message()).id, "long");
    await events.hangUp();
    const { events: resumed } = await client.listen(first?.id);
    assert.equal((await resumed.message()).params.data.code, "events_lost");
    const { id, error } = await resumed.message();
    assert.deepEqual([id, error.code, error.data.code], ["long", -32603, "events_lost"]);
    slow.finish("done");
    assert.equal((await resumed.message()).id, "slow");
    assert.equal(await resumed.next(), undefined);
  }, { limits: { maxEventBytes: 1_500 } }));

Deno.test("SessionEndpoint keeps a stream alive with comments", () =>
  withEndpoint(async ({ endpoint, clock }) => {
    const client = await TestClient.open(endpoint);
    const { body } = await client.send("GET");
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();
    await clock.advance(15_000);
    assert.match((await reader?.read())?.value ?? "", /^:/);
    await reader?.cancel();
  }));

Deno.test("SessionEndpoint answers also when its store fails, and warns", async () => {
  const store = createMemorySessionStore();
  store.append = () => Promise.reject(new StoreFailedError("memory"));
  await withEndpoint(async ({ endpoint, works, logger }) => {
    const client = await TestClient.open(endpoint);
    const response = client.work("w", "r");
    const work = await works.started("w");
    work.progress(1);
    work.finish("done");
    const events = readEvents(await response);
    await events.next();
    const messages = (await events.rest()).map(({ data }) => JSON.parse(data));
    assert.equal(messages.at(-1).id, "r");
    const warnings = logger.lines.filter(([level]) => level === "warn");
    assert.deepEqual(warnings.map(([, message]) => message), ["Session event could not be kept"]);
  }, { store });
});

/** What a client gets that comes back for what it has missed. */
async function assertResumed(
  client: TestClient,
  seen: readonly { readonly id?: string }[],
  expected: readonly string[],
): Promise<void> {
  const { events } = await client.listen(seen.at(-1)?.id);
  const messages = (await events.rest()).filter(({ data }) => data !== "")
    .map(({ data }) => JSON.parse(data));
  const texts = messages.map(({ id, params }) =>
    id === undefined ? `${params.progressToken} ${params.progress}` : `answer ${id}`
  );
  assert.deepEqual(texts, expected);
}
