import assert from "node:assert/strict";
import type { JsonObject } from "../../../../../src/codec/mod.ts";
import { waitForAbort } from "../../../../../src/concurrency/mod.ts";
import type { ResourceProvider, WatchResourceOptions } from "../../../../../src/mcp/resource.ts";
import {
  codeOf,
  errorOf,
  modern,
  openInitialized,
  openTestSession,
  request,
  resultOf,
  TestExchange,
  withService,
} from "./engine_fixture.ts";

/** `note://a` to `note://c`; whoever watches can be told. */
class Notes implements ResourceProvider {
  readonly templates = [{ uriTemplate: "note://{id}", name: "note" }];
  readonly scope = "notes:read";
  readonly watching = new Map<string, WatchResourceOptions>();
  watchesBegun = 0;

  list(): Promise<{ resources: { uri: string; name: string }[] }> {
    return Promise.resolve({ resources: ["a", "b", "c"].map(toDefinition) });
  }

  read(uri: string): Promise<{ uri: string; text: string }[] | undefined> {
    const isKnown = /^note:\/\/[abc]$/.test(uri);
    return Promise.resolve(isKnown ? [{ uri, text: `Text of ${uri}` }] : undefined);
  }

  watch(uri: string, options: WatchResourceOptions): Promise<void> | undefined {
    if (!uri.startsWith("note:")) return undefined;
    if (options.signal.aborted) return Promise.resolve();
    this.watchesBegun++;
    this.watching.set(uri, options);
    return waitForAbort(options.signal).then(() => void this.watching.delete(uri));
  }

  complete(): Promise<readonly string[]> {
    return Promise.resolve(["a", "b", "c"]);
  }
}

function toDefinition(id: string): { uri: string; name: string } {
  return { uri: `note://${id}`, name: id };
}

/** Lets work that was begun come as far as it gets by itself. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

const NOBODY = { id: "n", scopes: [] };

Deno.test("McpService lists, reads and completes resources", async () => {
  await withService({ resources: [new Notes()] }, async (service) => {
    const ask = async (method: string, params: JsonObject = {}) =>
      resultOf(await service.answer(modern(method, params), new TestExchange()));
    const listed = await ask("resources/list");
    assert.deepEqual(listed["resources"], ["a", "b", "c"].map(toDefinition));
    assert.equal(listed["ttlMs"], 0);
    assert.equal(listed["cacheScope"], "private");
    const templates = await ask("resources/templates/list");
    assert.deepEqual(templates["resourceTemplates"], [{
      uriTemplate: "note://{id}",
      name: "note",
    }]);
    const read = await ask("resources/read", { uri: "note://b" });
    assert.deepEqual(read["contents"], [{ uri: "note://b", text: "Text of note://b" }]);
    assert.equal(read["ttlMs"], 0);
    const ref = { type: "ref/resource", uri: "note://{id}" };
    const argument = { name: "id", value: "" };
    const completed = await ask("completion/complete", { ref, argument });
    assert.deepEqual(completed["completion"], {
      values: ["a", "b", "c"],
      total: 3,
      hasMore: false,
    });
    const { capabilities } = await ask("server/discover");
    assert.deepEqual((capabilities as JsonObject)["resources"], {
      subscribe: true,
      listChanged: true,
    });
  });
});

Deno.test("McpService says in each era's way that there is no such resource", async () => {
  await withService({ resources: [new Notes()] }, async (service) => {
    const params = { uri: "note://z" };
    const now = await service.answer(modern("resources/read", params), new TestExchange());
    assert.equal(errorOf(now).code, -32602);
    assert.equal((errorOf(now).data as JsonObject)["uri"], "note://z");
    const before = await service.answerSessionless(
      request("resources/read", params),
      new TestExchange(),
    );
    assert.equal(errorOf(before).code, -32002);
  });
});

Deno.test("McpService refuses completions of what is unknown or malformed", async () => {
  await withService({ resources: [new Notes()] }, async (service) => {
    const argument = { name: "id", value: "" };
    const bad: readonly JsonObject[] = [
      {},
      { argument },
      { ref: { type: "ref/other" }, argument },
      { ref: { type: "ref/resource", uri: "none://{id}" }, argument },
      { ref: { type: "ref/prompt", name: "none" }, argument },
      { ref: { type: "ref/resource", uri: "note://{id}" } },
      { ref: { type: "ref/resource", uri: "note://{id}" }, argument, context: { arguments: 5 } },
    ];
    for (const params of bad) {
      const asked = modern("completion/complete", params);
      const answer = await service.answer(asked, new TestExchange());
      assert.equal(errorOf(answer).code, -32602, JSON.stringify(params));
    }
  });
});

Deno.test("McpService keeps resources from those without the scope", async () => {
  await withService({ resources: [new Notes()] }, async (service) => {
    const ask = (method: string, params: JsonObject = {}) =>
      service.answer(modern(method, params), new TestExchange({ principal: NOBODY }));
    assert.deepEqual(resultOf(await ask("resources/list"))["resources"], []);
    const read = await ask("resources/read", { uri: "note://a" });
    assert.equal(read?.httpStatus, 403);
    assert.equal(read?.requiredScope, "notes:read");
    const filter = { notifications: { resourceSubscriptions: ["note://a"] } };
    assert.equal((await ask("subscriptions/listen", filter))?.httpStatus, 403);
    const { session } = await openInitialized(service);
    const subscribed = await session.answer(
      request("resources/subscribe", { uri: "note://a" }),
      new TestExchange({ principal: NOBODY }),
    );
    assert.equal(codeOf(subscribed), "insufficient_scope");
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession tells of the changes of what it has subscribed to, until it has not", async () => {
  const notes = new Notes();
  await withService({ resources: [notes] }, async (service) => {
    const { session, sent, states } = await openInitialized(service);
    const ask = async (method: string, uri: string) =>
      resultOf(await session.answer(request(method, { uri }), new TestExchange()));
    assert.deepEqual(await ask("resources/subscribe", "note://a"), {});
    await ask("resources/subscribe", "note://a");
    assert.deepEqual(states.at(-1)?.subscriptions, ["note://a"]);
    await settle();
    assert.equal(notes.watchesBegun, 1);
    notes.watching.get("note://a")?.onChange();
    service.events.resourceUpdated("note://b");
    await settle();
    assert.deepEqual(sent, [{
      jsonrpc: "2.0",
      method: "notifications/resources/updated",
      params: { uri: "note://a" },
    }]);
    assert.deepEqual(await ask("resources/unsubscribe", "note://a"), {});
    assert.deepEqual(session.state.subscriptions, []);
    await settle();
    assert.equal(notes.watching.size, 0);
    service.events.resourceUpdated("note://a");
    await settle();
    assert.equal(sent.length, 1);
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession that is restored watches what it has watched before", async () => {
  const notes = new Notes();
  await withService({ resources: [notes] }, async (service) => {
    const { session, sent } = openTestSession(service, {
      protocolVersion: "2025-11-25",
      capabilities: {},
      subscriptions: ["note://a"],
    });
    await settle();
    notes.watching.get("note://a")?.onChange();
    await settle();
    assert.equal(sent.length, 1);
    await session[Symbol.asyncDispose]();
    await settle();
    assert.equal(notes.watching.size, 0);
    service.events.toolsChanged();
    await settle();
    assert.equal(sent.length, 1);
  });
});

Deno.test("McpSession takes a bounded number of subscriptions", async () => {
  await withService({ resources: [new Notes()] }, async (service) => {
    const { session } = await openInitialized(service);
    const subscribe = (index: number) =>
      session.answer(request("resources/subscribe", { uri: `x:${index}` }), new TestExchange());
    for (let index = 0; index < 256; index++) resultOf(await subscribe(index));
    assert.equal(errorOf(await subscribe(256)).code, -32602);
    resultOf(await subscribe(0));
    const uri = "x:".padEnd(5000, "y");
    const long = await session.answer(request("resources/subscribe", { uri }), new TestExchange());
    assert.equal(errorOf(long).code, -32602);
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession tells of changed lists once it is initialized", async () => {
  await withService({ resources: [new Notes()] }, async (service) => {
    const fresh = openTestSession(service);
    const { session, sent } = await openInitialized(service);
    service.events.toolsChanged();
    service.events.promptsChanged();
    service.events.resourcesChanged();
    await settle();
    assert.deepEqual(fresh.sent, []);
    assert.deepEqual(
      sent,
      ["tools", "prompts", "resources"].map((list) => ({
        jsonrpc: "2.0",
        method: `notifications/${list}/list_changed`,
      })),
    );
    await session[Symbol.asyncDispose]();
    await fresh.session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession does not subscribe where there is no session", async () => {
  await withService({ resources: [new Notes()] }, async (service) => {
    const subscribe = request("resources/subscribe", { uri: "note://a" });
    const answer = await service.answerSessionless(subscribe, new TestExchange());
    assert.equal(errorOf(answer).code, -32601);
  });
});

Deno.test("McpService watches a resource once, however many listen", async () => {
  const notes = new Notes();
  await withService({ resources: [notes] }, async (service) => {
    const sessions = [await openInitialized(service), await openInitialized(service)];
    for (const { session } of sessions) {
      const subscribe = request("resources/subscribe", { uri: "note://a" });
      resultOf(await session.answer(subscribe, new TestExchange()));
    }
    await settle();
    assert.equal(notes.watchesBegun, 1);
    notes.watching.get("note://a")?.onChange();
    await settle();
    for (const { sent } of sessions) assert.equal(sent.length, 1);
    await sessions[0]?.session[Symbol.asyncDispose]();
    await settle();
    assert.equal(notes.watching.size, 1);
    await sessions[1]?.session[Symbol.asyncDispose]();
    await settle();
    assert.equal(notes.watching.size, 0);
  });
});
