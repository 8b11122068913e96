import assert from "node:assert/strict";
import { runTaskGroup, waitForAbort } from "../../../../../src/concurrency/mod.ts";
import type { ResourceProvider } from "../../../../../src/mcp/resource.ts";
import { ResourceTable } from "../../../../../src/mcp/resource_table.ts";
import { type Change, ChangeHub } from "../../../../../src/mcp/server/engine/change_hub.ts";
import { ChangeFeed } from "../../../../../src/mcp/server/engine/change_feed.ts";
import { MemoryLogger } from "../../sample_tools.ts";

function providerWith(watch: ResourceProvider["watch"]): ResourceProvider {
  return {
    templates: [],
    scope: "x:read",
    list: () => Promise.resolve({ resources: [] }),
    read: () => Promise.resolve(undefined),
    ...(watch && { watch }),
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

Deno.test("ChangeHub brings changes to its listeners until they are disposed", async () => {
  await runTaskGroup((group) => {
    const resources = new ResourceTable([]);
    const hub = new ChangeHub(group, { resources, logger: new MemoryLogger() });
    const heard: Change[] = [];
    const listening = hub.listen({ onChange: (change) => void heard.push(change) });
    hub.toolsChanged();
    hub.resourceUpdated("x:1");
    listening[Symbol.dispose]();
    hub.promptsChanged();
    assert.deepEqual(heard, [{ kind: "tools" }, { kind: "resource", uri: "x:1" }]);
  });
});

Deno.test("ChangeHub logs a watch that fails, and goes on", async () => {
  const logger = new MemoryLogger();
  await runTaskGroup(async (group) => {
    const resources = new ResourceTable([
      providerWith(() => Promise.reject(new Error("disk full"))),
    ]);
    const hub = new ChangeHub(group, { resources, logger });
    using _watch = hub.tryWatch("x:1");
    await settle();
    assert.equal(group.signal.aborted, false);
  });
  assert.equal(logger.failures.length, 1);
});

Deno.test("ChangeHub begins no watch that is over before it begins", async () => {
  let begun = 0;
  await runTaskGroup(async (group) => {
    const resources = new ResourceTable([providerWith(() => {
      begun++;
      return Promise.resolve();
    })]);
    const hub = new ChangeHub(group, { resources, logger: new MemoryLogger() });
    const watch = hub.tryWatch("x:1");
    watch?.[Symbol.dispose]();
    watch?.[Symbol.dispose]();
    await settle();
    assert.equal(begun, 0);
    using _again = hub.tryWatch("x:1");
    await settle();
    assert.equal(begun, 1);
  });
});

Deno.test("ChangeHub watches a resource anew for who comes after a watch that failed", async () => {
  let begun = 0;
  let change: (() => void) | undefined;
  await runTaskGroup(async (group) => {
    const resources = new ResourceTable([providerWith((_uri, { onChange, signal }) => {
      if (begun++ === 0) return Promise.reject(new Error("disk full"));
      change = onChange;
      return waitForAbort(signal);
    })]);
    const hub = new ChangeHub(group, { resources, logger: new MemoryLogger() });
    const heard: Change[] = [];
    using _listening = hub.listen({ onChange: (change) => void heard.push(change) });
    const first = hub.tryWatch("x:1");
    await settle();
    using _second = hub.tryWatch("x:1");
    await settle();
    // The end of the watch that failed is not that of the one which took its place.
    first?.[Symbol.dispose]();
    using _third = hub.tryWatch("x:1");
    await settle();
    assert.equal(begun, 2);
    change?.();
    assert.deepEqual(heard, [{ kind: "resource", uri: "x:1" }]);
  });
});

Deno.test("ChangeHub watches only so many resources at a time", async () => {
  await runTaskGroup((group) => {
    const resources = new ResourceTable([]);
    const hub = new ChangeHub(group, { resources, logger: new MemoryLogger() });
    using stack = new DisposableStack();
    for (let index = 0; index < 10_000; index++) stack.use(hub.tryWatch(`x:${index}`));
    assert.equal(hub.tryWatch("x:10000"), undefined);
    stack.use(hub.tryWatch("x:0"));
    stack.dispose();
    hub.tryWatch("x:10000")?.[Symbol.dispose]();
    assert.ok(hub.tryWatch("x:10000"));
  });
});

Deno.test("ChangeHub takes watches when its group is over, as nobody listens then", async () => {
  let hub: ChangeHub | undefined;
  await runTaskGroup((group) => {
    const resources = new ResourceTable([providerWith(() => Promise.resolve())]);
    hub = new ChangeHub(group, { resources, logger: new MemoryLogger() });
  });
  hub?.tryWatch("x:1")?.[Symbol.dispose]();
});

Deno.test("ChangeFeed goes on after a message that could not be sent", async () => {
  const sent: string[] = [];
  const feed = new ChangeFeed({
    send: ({ method }) => {
      sent.push(method);
      return sent.length === 1 ? Promise.reject(new Error("gone")) : Promise.resolve();
    },
  });
  feed.push({ kind: "tools" });
  feed.push({ kind: "prompts" });
  await settle();
  assert.deepEqual(sent, [
    "notifications/tools/list_changed",
    "notifications/prompts/list_changed",
  ]);
  feed.close();
  feed.push({ kind: "tools" });
  await settle();
  assert.equal(sent.length, 2);
});
