import assert from "node:assert/strict";
import type { JsonObject } from "../../../../../src/codec/mod.ts";
import type { JsonRpcMessage } from "../../../../../src/mcp/protocol/message.ts";
import { MetaKey } from "../../../../../src/mcp/protocol/meta_key.ts";
import type { ResourceProvider } from "../../../../../src/mcp/resource.ts";
import type { McpService } from "../../../../../src/mcp/server/engine/mcp_service.ts";
import { codeOf, errorOf, modern, resultOf, TestExchange, withService } from "./engine_fixture.ts";

const PROVIDER: ResourceProvider = {
  templates: [],
  scope: "x:read",
  list: () => Promise.resolve({ resources: [] }),
  read: () => Promise.resolve(undefined),
};

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

function listen(service: McpService, notifications: JsonObject, exchange = new TestExchange()) {
  const asked = modern("subscriptions/listen", { notifications }, { id: "sub" });
  return { exchange, answering: service.answer(asked, exchange) };
}

function methodsOf(messages: readonly JsonRpcMessage[]): readonly string[] {
  return messages.map((message) => "method" in message ? message.method : "response");
}

Deno.test("subscriptions/listen acknowledges first, then tells what was asked for and no more", async () => {
  await withService({ resources: [PROVIDER] }, async (service) => {
    const { exchange, answering } = listen(service, {
      toolsListChanged: true,
      promptsListChanged: true,
      resourcesListChanged: false,
      resourceSubscriptions: ["x:1"],
    });
    await settle();
    assert.deepEqual(exchange.sent, [{
      jsonrpc: "2.0",
      method: "notifications/subscriptions/acknowledged",
      // There are no prompts, so nothing is promised about them.
      params: {
        notifications: { toolsListChanged: true, resourceSubscriptions: ["x:1"] },
        _meta: { [MetaKey.subscriptionId]: "sub" },
      },
    }]);
    service.events.toolsChanged();
    service.events.promptsChanged();
    service.events.resourcesChanged();
    service.events.resourceUpdated("x:1");
    service.events.resourceUpdated("x:2");
    await settle();
    assert.deepEqual(exchange.sent.slice(1), [
      {
        jsonrpc: "2.0",
        method: "notifications/tools/list_changed",
        params: { _meta: { [MetaKey.subscriptionId]: "sub" } },
      },
      {
        jsonrpc: "2.0",
        method: "notifications/resources/updated",
        params: { uri: "x:1", _meta: { [MetaKey.subscriptionId]: "sub" } },
      },
    ]);
    service.close();
    const result = resultOf(await answering);
    assert.equal(result["resultType"], "complete");
    assert.equal((result["_meta"] as JsonObject)[MetaKey.subscriptionId], "sub");
    assert.ok(MetaKey.serverInfo in (result["_meta"] as JsonObject));
  });
});

Deno.test("subscriptions/listen ends with its caller, without an answer", async () => {
  await withService({}, async (service, group) => {
    const { exchange, answering } = listen(service, { toolsListChanged: true });
    await settle();
    exchange.hangUp();
    assert.equal(await answering, undefined);
    service.events.toolsChanged();
    await settle();
    assert.equal(exchange.sent.length, 1);
    assert.equal(group.statistics().running, 0);
  });
});

Deno.test("subscriptions/listen is over at once when there is nothing to tell", async () => {
  await withService({}, async (service) => {
    for (const asked of [{}, { promptsListChanged: true, resourceSubscriptions: ["x:1"] }]) {
      const { exchange, answering } = listen(service, asked);
      resultOf(await answering);
      assert.deepEqual(methodsOf(exchange.sent), ["notifications/subscriptions/acknowledged"]);
    }
  });
});

Deno.test("subscriptions/listen tells a slow reader once of what changed often", async () => {
  await withService({ resources: [PROVIDER] }, async (service) => {
    let release = (): void => {};
    const exchange = new TestExchange({
      onSend: (message) =>
        methodsOf([message])[0]?.includes("changed") || methodsOf([message])[0]?.includes("updated")
          ? new Promise((resolve) => release = resolve)
          : undefined,
    });
    const asked = { toolsListChanged: true, resourceSubscriptions: ["x:1"] };
    const { answering } = listen(service, asked, exchange);
    await settle();
    for (let index = 0; index < 1000; index++) {
      service.events.toolsChanged();
      service.events.resourceUpdated("x:1");
    }
    for (let index = 0; index < 5; index++) {
      release();
      await settle();
    }
    assert.deepEqual(methodsOf(exchange.sent).slice(1), [
      "notifications/tools/list_changed",
      "notifications/resources/updated",
      "notifications/tools/list_changed",
    ]);
    exchange.hangUp();
    await answering;
  });
});

Deno.test("subscriptions/listen refuses filters that are none", async () => {
  const bad: readonly JsonObject[] = [
    { toolsListChanged: "yes" },
    { resourceSubscriptions: "x:1" },
    { resourceSubscriptions: [1] },
    { resourceSubscriptions: ["x:".padEnd(5000, "y")] },
    { resourceSubscriptions: Array.from({ length: 257 }, () => "x:1") },
  ];
  await withService({ resources: [PROVIDER] }, async (service) => {
    for (const asked of bad) {
      assert.equal(errorOf(await listen(service, asked).answering).code, -32602);
    }
    const answer = await service.answer(modern("subscriptions/listen"), new TestExchange());
    assert.equal(errorOf(answer).code, -32602);
  });
});

Deno.test("subscriptions/listen is refused when there are too many, or the server is closing", async () => {
  await withService({}, async (service) => {
    const open = Array.from(
      { length: 1024 },
      () => listen(service, { toolsListChanged: true }).answering,
    );
    await settle();
    const refused = await listen(service, { toolsListChanged: true }).answering;
    assert.equal(errorOf(refused).code, -32603);
    assert.equal(codeOf(refused), "too_many_subscriptions");
    service.close();
    for (const answer of await Promise.all(open)) resultOf(answer);
    const late = await listen(service, { toolsListChanged: true }).answering;
    assert.equal(codeOf(late), "server_stopping");
  });
});
