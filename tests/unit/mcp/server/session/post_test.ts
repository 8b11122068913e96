import assert from "node:assert/strict";
import { TestClient, withEndpoint } from "./session_fixture.ts";
import { readEvents } from "./event_reader.ts";

Deno.test("SessionEndpoint begins a session with initialize, and answers in it", () =>
  withEndpoint(async ({ endpoint }) => {
    const client = new TestClient(endpoint);
    const begun = await client.initialize();
    assert.match(begun.headers.get("mcp-session-id") ?? "", /^[\w-]{22}$/);
    assert.equal((await begun.json()).result.protocolVersion, "2025-11-25");
    client.sessionId = begun.headers.get("mcp-session-id") ?? "";
    await client.notify("notifications/initialized");
    const answered = await client.post(client.request("ping", {}, "p"));
    assert.equal(answered.headers.get("content-type"), "application/json");
    assert.deepEqual(await answered.json(), { jsonrpc: "2.0", id: "p", result: {} });
  }));

Deno.test("SessionEndpoint gives each session an id of its own", () =>
  withEndpoint(async ({ endpoint }) => {
    const clients = await Promise.all(
      Array.from({ length: 20 }, () => TestClient.open(endpoint)),
    );
    assert.equal(new Set(clients.map(({ sessionId }) => sessionId)).size, 20);
    assert.equal(endpoint.statistics().sessions, 20);
  }));

Deno.test("SessionEndpoint begins no session that is refused by the engine", () =>
  withEndpoint(async ({ endpoint }) => {
    const client = new TestClient(endpoint);
    const refused = await client.initialize({ protocolVersion: 5 });
    assert.equal(refused.headers.get("mcp-session-id"), null);
    assert.equal((await refused.json()).error.code, -32602);
    assert.equal(endpoint.statistics().sessions, 0);
  }));

Deno.test("SessionEndpoint begins no session for a client that has hung up", () =>
  withEndpoint(async ({ endpoint }) => {
    const client = new TestClient(endpoint);
    const params = { protocolVersion: "2025-11-25", capabilities: {} };
    await client.post(client.request("initialize", params), { signal: AbortSignal.abort() });
    assert.equal(endpoint.statistics().sessions, 0);
  }));

Deno.test("SessionEndpoint refuses clients that say too much of themselves", () =>
  withEndpoint(async ({ endpoint }) => {
    const client = new TestClient(endpoint);
    const capabilities = { experimental: { long: { text: "x".repeat(2_000) } } };
    const refused = await client.initialize({ capabilities });
    assert.equal(refused.status, 400);
    assert.equal((await refused.json()).error.code, -32602);
    assert.equal(endpoint.statistics().sessions, 0);
  }, { limits: { maxStateBytes: 2_000 } }));

Deno.test("SessionEndpoint begins a new session for a client that still names an old one", () =>
  withEndpoint(async ({ endpoint }) => {
    const client = new TestClient(endpoint, { sessionId: "forgotten" });
    const begun = await client.initialize();
    assert.equal(begun.status, 200);
    assert.notEqual(begun.headers.get("mcp-session-id"), "forgotten");
  }));

Deno.test("SessionEndpoint answers initialize as a stream if the client takes nothing else", () =>
  withEndpoint(async ({ endpoint }) => {
    const client = new TestClient(endpoint, { accept: "text/event-stream" });
    const begun = await client.initialize();
    assert.ok(begun.headers.has("mcp-session-id"));
    const [event, ...more] = await readEvents(begun).rest();
    assert.equal(JSON.parse(event?.data ?? "").result.protocolVersion, "2025-11-25");
    assert.deepEqual(more, []);
  }));

for (const [sessionId, status] of [["", 400], ["a b", 400], ["unknown", 404]] as const) {
  Deno.test(`SessionEndpoint answers ${status} to the session id "${sessionId}"`, () =>
    withEndpoint(async ({ endpoint }) => {
      const client = new TestClient(endpoint, { sessionId });
      const messages = [client.request("ping")];
      for (const method of ["POST", "GET", "DELETE"] as const) {
        const refused = await client.send(method, method === "POST" ? { messages } : {});
        assert.equal(refused.status, status, method);
        assert.equal((await refused.json()).jsonrpc, "2.0");
      }
    }));
}

Deno.test("SessionEndpoint hides a session from every principal but its own", () =>
  withEndpoint(async ({ endpoint }) => {
    const own = { id: "laptop", scopes: ["*"] };
    const { sessionId } = await TestClient.open(endpoint, { principal: own });
    const other = { id: "ci", scopes: ["*"] };
    for (const method of ["POST", "GET", "DELETE"] as const) {
      const thief = new TestClient(endpoint, { principal: other, sessionId });
      const messages = method === "POST" ? [thief.request("ping")] : [];
      assert.equal((await thief.send(method, { messages })).status, 404, method);
    }
    // Scopes may change, as tokens are renewed.
    const renewed = new TestClient(endpoint, { principal: { ...own, scopes: [] }, sessionId });
    assert.equal((await renewed.post(renewed.request("ping"))).status, 200);
    const refused = await renewed.work("x");
    assert.equal(refused.status, 403);
    assert.match(refused.headers.get("www-authenticate") ?? "", /scope="custom:write"/);
    await refused.text();
  }));

Deno.test("SessionEndpoint answers as JSON within 250 ms, and as a stream after that", () =>
  withEndpoint(async ({ endpoint, clock, works }) => {
    const client = await TestClient.open(endpoint);
    const soon = client.work("soon", 5);
    const slow = client.work("slow", 6);
    const [first, second] = [await works.started("soon"), await works.started("slow")];
    await clock.advance(249);
    first.finish("done");
    const answered = await soon;
    assert.equal(answered.headers.get("content-type"), "application/json");
    assert.equal((await answered.json()).id, 5);
    await clock.advance(1);
    const events = readEvents(await slow);
    second.finish("done at last");
    const { id, result } = await events.message();
    assert.deepEqual([id, result.structuredContent], [6, { text: "done at last" }]);
    assert.equal(await events.next(), undefined);
  }));

Deno.test("SessionEndpoint answers as a stream as soon as there are news", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    const response = client.work("w");
    const work = await works.started("w");
    work.progress(1);
    const events = readEvents(await response);
    assert.equal((await events.message()).params.progress, 1);
    work.progress(2);
    assert.equal((await events.message()).params.progress, 2);
    work.finish("done");
    assert.equal((await events.message()).result.isError ?? false, false);
    assert.equal(await events.next(), undefined);
  }));

Deno.test("SessionEndpoint gives a client that takes only JSON that, and no news", () =>
  withEndpoint(async ({ endpoint, clock, works }) => {
    const client = await TestClient.open(endpoint, { accept: "application/json" });
    const response = client.work("w");
    const work = await works.started("w");
    assert.equal(work.detach, undefined);
    work.progress(1);
    await clock.advance(60_000);
    work.finish("done");
    assert.equal((await (await response).json()).result.structuredContent.text, "done");
  }));

Deno.test("SessionEndpoint gives a client that takes only streams that, however soon", () =>
  withEndpoint(async ({ endpoint }) => {
    const client = new TestClient(endpoint, { accept: "text/event-stream" });
    const begun = await client.initialize();
    await begun.text();
    client.sessionId = begun.headers.get("mcp-session-id") ?? "";
    const events = readEvents(await client.post(client.request("ping", {}, 8)));
    assert.equal((await events.message()).id, 8);
    assert.equal(await events.next(), undefined);
  }));

Deno.test("SessionEndpoint tells clients from 2025-11-25 on where to come back to, and no others", () =>
  withEndpoint(async ({ endpoint, works }) => {
    for (const [version, isTold] of [["2025-11-25", true], ["2025-06-18", false]] as const) {
      const client = await TestClient.open(endpoint, { version });
      const response = client.work(version);
      const work = await works.started(version);
      work.progress(1);
      work.finish("done");
      const events = await readEvents(await response).rest();
      assert.equal(events.length, isTold ? 3 : 2, version);
      const [first] = events;
      assert.equal(first?.data === "", isTold);
      assert.equal(first?.retry, isTold ? "1000" : undefined);
      assert.ok(events.every(({ id }) => id !== undefined));
      assert.equal(new Set(events.map(({ id }) => id)).size, events.length);
      assert.equal(work.detach !== undefined, isTold);
    }
  }));

Deno.test("SessionEndpoint answers all of a batch, as JSON or on one stream", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint, { version: "2025-03-26" });
    const pings = [client.request("ping", {}, "a"), client.request("ping", {}, "b")];
    const notification = { jsonrpc: "2.0", method: "notifications/initialized" } as const;
    const soon = await client.send("POST", { messages: [...pings, notification] });
    // deno-lint-ignore no-explicit-any -- an answer of any kind
    assert.deepEqual((await soon.json()).map(({ id }: any) => id), ["a", "b"]);

    const params = { name: "work", arguments: { name: "w" }, _meta: { progressToken: 1 } };
    const call = client.request("tools/call", params, "c");
    const later = client.send("POST", { messages: [call, ...pings] });
    const work = await works.started("w");
    work.progress(1);
    const events = readEvents(await later);
    const ids = new Set([(await events.message()).id, (await events.message()).id]);
    work.finish("done");
    const messages = (await events.rest()).map(({ data }) => JSON.parse(data));
    for (const { id } of messages) ids.add(id);
    assert.deepEqual(ids, new Set(["a", "b", "c", undefined]));
  }));

Deno.test("SessionEndpoint asks the client on the stream of the request, and takes its answer", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint, { capabilities: { elicitation: {} } });
    const response = client.work("w");
    (await works.started("w")).ask();
    const events = readEvents(await response);
    const question = await events.message();
    assert.equal(question.method, "elicitation/create");
    const result = { action: "accept", content: {} };
    const taken = await client.post({ jsonrpc: "2.0", id: question.id, result });
    assert.equal(taken.status, 202);
    const { structuredContent } = (await events.message()).result;
    assert.deepEqual(JSON.parse(structuredContent.text), result);
  }));

Deno.test("SessionEndpoint asks a client that takes only JSON on the stream of news", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const options = { capabilities: { elicitation: {} } };
    const listener = await TestClient.open(endpoint, options);
    const { sessionId } = listener;
    const client = new TestClient(endpoint, { ...options, accept: "application/json", sessionId });
    const { events } = await listener.listen();
    const response = client.work("w");
    (await works.started("w")).ask();
    const { id } = await events.message();
    await client.post({ jsonrpc: "2.0", id, result: { action: "decline" } });
    const { structuredContent } = (await (await response).json()).result;
    assert.deepEqual(JSON.parse(structuredContent.text), { action: "decline" });
    await events.hangUp();
  }));

Deno.test("SessionEndpoint stops the work of a request that the client cancels", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    const unanswered = client.work("soon", "s");
    const streamed = client.work("slow", "t");
    const [soon, slow] = [await works.started("soon"), await works.started("slow")];
    slow.progress(1);
    const events = readEvents(await streamed);
    for (const requestId of ["s", "t"]) {
      await client.notify("notifications/cancelled", { requestId });
    }
    assert.deepEqual([soon.signal.aborted, slow.signal.aborted], [true, true]);
    assert.equal((await unanswered).status, 202);
    const seen = await events.rest();
    assert.ok(seen.every(({ data }) => data === "" || "method" in JSON.parse(data)));
    // The client would come back in vain, and is told so.
    const again = await client.send("GET", { headers: { "last-event-id": seen.at(-1)?.id ?? "" } });
    assert.equal(again.status, 204);
  }));

Deno.test("SessionEndpoint stops nothing when a client hangs up", () =>
  withEndpoint(async ({ endpoint, works, clock }) => {
    const client = await TestClient.open(endpoint);
    const streamed = client.work("streamed");
    const gone = new AbortController();
    const params = { name: "work", arguments: { name: "waiting" } };
    const waiting = client.post(client.request("tools/call", params), { signal: gone.signal });
    const [first, second] = [await works.started("streamed"), await works.started("waiting")];
    first.progress(1);
    await readEvents(await streamed).hangUp();
    gone.abort();
    await clock.advance(1_000);
    assert.deepEqual([first.signal.aborted, second.signal.aborted], [false, false]);
    first.finish("done");
    second.finish("done");
    assert.equal((await (await waiting).json()).result.structuredContent.text, "done");
  }));

Deno.test("SessionEndpoint refuses more requests than a session may have at a time", () =>
  withEndpoint(async ({ endpoint, works }) => {
    const client = await TestClient.open(endpoint);
    const running = [client.work("a"), client.work("b")];
    const [first, second] = [await works.started("a"), await works.started("b")];
    const refused = await client.post(client.request("ping"));
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get("retry-after"), "1");
    // Others are not concerned, and what is no request is no matter.
    const other = await TestClient.open(endpoint);
    assert.equal((await other.post(other.request("ping"))).status, 200);
    await client.notify("notifications/initialized");
    first.finish("done");
    await (await running[0])?.text();
    assert.equal((await client.post(client.request("ping"))).status, 200);
    second.finish("done");
    await (await running[1])?.text();
  }, { limits: { maxInFlight: 2 } }));

Deno.test("SessionEndpoint replaces a result that is too large", () =>
  withEndpoint(async ({ endpoint, works, clock }) => {
    const client = await TestClient.open(endpoint);
    for (const delayMs of [0, 250]) {
      const name = `after ${delayMs}`;
      const response = client.work(name);
      const work = await works.started(name);
      await clock.advance(delayMs);
      work.finish("x".repeat(2_000));
      const answered = await response;
      const answer = delayMs === 0 ? await answered.json() : await readEvents(answered).message();
      assert.equal(answer.error.data.code, "result_too_large");
    }
  }, { maxResultBytes: 1_000 }));
