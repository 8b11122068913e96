import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import type { JsonObject } from "../../../../../src/codec/mod.ts";
import { bindTool } from "../../../../../src/mcp/bind_tool.ts";
import { createToolTable } from "../../../../../src/mcp/tool_table.ts";
import type { Tool } from "../../../../../src/mcp/tool.ts";
import { createSampleTable, Sleeper } from "../../sample_tools.ts";
import { askTool, Changing } from "./asking_and_changing.ts";
import {
  call,
  cancelled,
  errorOf,
  initialize,
  modern,
  MODERN_META,
  request,
  resultOf,
  withChannel,
} from "./channel_client.ts";

/** Waits for something that comes in some later turn of the event loop. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve));
}

function echo(text: string): JsonObject {
  return call("echo", { text });
}

Deno.test("serveMcpChannel serves the modern era", async () => {
  await withChannel(async ({ client }) => {
    const discovered = await client.ask(modern(1, "server/discover"));
    const { supportedVersions } = discovered["result"] as JsonObject;
    assert.ok((supportedVersions as string[]).includes("2026-07-28"));
    assert.deepEqual(resultOf(await client.ask(modern(2, "tools/call", echo("hi")))), {
      text: "hi",
    });
    const unknown = await client.ask(modern(3, "nonsense"));
    assert.deepEqual(errorOf(unknown).slice(0, 2), [3, -32601]);
  });
});

Deno.test("serveMcpChannel serves the legacy era", async () => {
  await withChannel(async ({ client }) => {
    const { result } = await client.initialize();
    assert.equal((result as JsonObject)["protocolVersion"], "2025-11-25");
    assert.deepEqual(await client.ask(request("p", "ping")), {
      jsonrpc: "2.0",
      id: "p",
      result: {},
    });
    const echoed = await client.ask(request(2, "tools/call", echo("hi")));
    assert.deepEqual(resultOf(echoed), { text: "hi" });
  });
});

Deno.test("serveMcpChannel lets a client ask for the eras and then choose either", async () => {
  for (const isModern of [true, false]) {
    await withChannel(async ({ client }) => {
      await client.ask(modern(1, "server/discover"));
      await client.ask(request(2, "server/discover"));
      if (isModern) {
        const listed = await client.ask(modern(3, "tools/list"));
        assert.ok("tools" in (listed["result"] as JsonObject));
      } else {
        const { result } = await client.initialize();
        assert.equal((result as JsonObject)["protocolVersion"], "2025-11-25");
      }
    });
  }
});

Deno.test("serveMcpChannel takes a version that it does not know for no decision", async () => {
  await withChannel(async ({ client }) => {
    const meta = { "io.modelcontextprotocol/protocolVersion": "2099-01-01" };
    const refused = await client.ask(modern(1, "tools/list", { "_meta": meta }));
    assert.deepEqual(errorOf(refused).slice(0, 2), [1, -32022]);
    assert.ok("result" in await client.initialize());
  });
});

Deno.test("serveMcpChannel refuses a session to a client that has done without", async () => {
  await withChannel(async ({ client }) => {
    await client.ask(modern(1, "tools/list"));
    const { id, error } = await client.ask(initialize(2)) as { id: number; error: JsonObject };
    assert.deepEqual([id, error["code"]], [2, -32022]);
    assert.deepEqual(error["data"], { supported: ["2026-07-28"], requested: "2025-11-25" });
    const listed = await client.ask(modern(3, "tools/list"));
    assert.ok("result" in listed);
    const bare = await client.ask(request(4, "tools/list"));
    assert.deepEqual(errorOf(bare).slice(0, 2), [4, -32602]);
  });
});

Deno.test("serveMcpChannel takes what follows in a session for a part of it", async () => {
  await withChannel(async ({ client }) => {
    await client.initialize();
    const discovered = await client.ask(modern(1, "server/discover"));
    assert.deepEqual(errorOf(discovered).slice(0, 2), [1, -32601]);
  });
});

for (const ask of [modern, request]) {
  const era = ask === modern ? "modern" : "legacy";

  Deno.test(`serveMcpChannel works on many requests at once and answers as they are done, ${era}`, async () => {
    const sleeper = new Sleeper();
    await withChannel(async ({ client }) => {
      if (ask === request) await client.initialize();
      await client.send(ask(1, "tools/call", call("sleep")));
      await sleeper.started;
      assert.deepEqual(resultOf(await client.ask(ask(2, "tools/call", echo("quick")))), {
        text: "quick",
      });
      await client.send(cancelled(1));
      await sleeper.ended;
      // The cancelled request has no answer, so this one is next.
      const next = await client.ask(ask(3, "tools/call", echo("on")));
      assert.equal(next["id"], 3);
    }, { server: { tools: createSampleTable(sleeper) } });
  });

  Deno.test(`serveMcpChannel sends progress before the answer, in order, ${era}`, async () => {
    await withChannel(async ({ client }) => {
      if (ask === request) await client.initialize();
      const params = { ...call("count", { to: 3 }), "_meta": { progressToken: "t" } };
      await client.send(ask(1, "tools/call", params));
      for (const progress of [1, 2, 3]) {
        const news = await client.receive();
        assert.equal(news?.["method"], "notifications/progress");
        assert.equal((news?.["params"] as JsonObject)["progress"], progress);
      }
      assert.deepEqual(resultOf(await client.receive()), { counted: 3 });
    });
  });

  Deno.test(`serveMcpChannel refuses an id that waits for its answer, ${era}`, async () => {
    const sleeper = new Sleeper();
    await withChannel(async ({ client }) => {
      if (ask === request) await client.initialize();
      await client.send(ask(1, "tools/call", call("sleep")));
      await sleeper.started;
      const refused = await client.ask(ask(1, "tools/list"));
      assert.deepEqual(errorOf(refused).slice(0, 2), [1, -32600]);
      await client.send(cancelled(1));
      await sleeper.ended;
    }, { server: { tools: createSampleTable(sleeper) } });
  });

  Deno.test(`serveMcpChannel bounds the requests that wait, ${era}`, async () => {
    const sleeper = new Sleeper();
    const unanswered: unknown[] = [];
    await withChannel(async ({ client }) => {
      if (ask === request) await client.initialize();
      await client.send(ask(1, "tools/call", call("sleep")));
      await sleeper.started;
      const refused = await client.ask(ask(2, "tools/list"));
      assert.deepEqual(errorOf(refused), [2, -32010, "too_many_requests"]);
      await client.send(cancelled(1));
      await sleeper.ended;
      await until(() => unanswered.length === 1);
      assert.deepEqual(unanswered, [1]);
      assert.ok("result" in await client.ask(ask(3, "tools/list")));
    }, {
      server: { tools: createSampleTable(sleeper) },
      maxInFlight: 1,
      onUnanswered: (id) => unanswered.push(id),
    });
  });

  Deno.test(`serveMcpChannel answers what runs when the input ends, then ends, ${era}`, async () => {
    const gate = Promise.withResolvers<void>();
    const slowTool: Tool<unknown, Record<string, never>, { done: boolean }> = {
      name: "slow",
      title: "Slow",
      description: "Waits for the test.",
      input: z.object({}),
      output: z.object({ done: z.boolean() }),
      run: () => gate.promise.then(() => ({ done: true })),
    };
    await withChannel(async ({ client, served }) => {
      if (ask === request) await client.initialize();
      await client.send(ask(1, "tools/call", call("slow")));
      const answer = client.receive();
      client.endInput();
      gate.resolve();
      assert.deepEqual(resultOf(await answer), { done: true });
      await served;
    }, { server: { tools: createToolTable([bindTool(slowTool, undefined)]) } });
  });

  Deno.test(`serveMcpChannel stops what runs when the client hangs up, if told so, ${era}`, async () => {
    const sleeper = new Sleeper();
    await withChannel(async ({ client, served }) => {
      if (ask === request) await client.initialize();
      await client.send(ask(1, "tools/call", call("sleep")));
      await sleeper.started;
      client.channel.close();
      await sleeper.ended;
      await served;
    }, { server: { tools: createSampleTable(sleeper) }, atEnd: "cancel" });
  });

  Deno.test(`serveMcpChannel stops what runs when its group is cancelled, ${era}`, async () => {
    const sleeper = new Sleeper();
    await withChannel(async ({ client, group, served }) => {
      if (ask === request) await client.initialize();
      await client.send(ask(1, "tools/call", call("sleep")));
      await sleeper.started;
      group.cancel("stop");
      await sleeper.ended;
      await assert.rejects(served, { name: "CancelReason" });
    }, { server: { tools: createSampleTable(sleeper) } });
  });

  Deno.test(`serveMcpChannel stops what runs when the channel breaks, ${era}`, async () => {
    const sleeper = new Sleeper();
    await withChannel(async ({ client, served }) => {
      if (ask === request) await client.initialize();
      await client.send(ask(1, "tools/call", call("sleep")));
      await sleeper.started;
      client.breakInput(new Error("broken pipe"));
      await sleeper.ended;
      await served;
    }, { server: { tools: createSampleTable(sleeper) } });
  });
}

Deno.test("serveMcpChannel takes it for the end when it cannot write any more", async () => {
  const sleeper = new Sleeper();
  await withChannel(async ({ client, served }) => {
    await client.send(modern(1, "tools/call", call("sleep")));
    await sleeper.started;
    client.breakOutput(new Error("broken pipe"));
    await client.send(modern(2, "tools/call", echo("hi")));
    await sleeper.ended;
    await served;
  }, { server: { tools: createSampleTable(sleeper) } });
});

Deno.test("serveMcpChannel asks a legacy client and goes on with its answer", async () => {
  await withChannel(async ({ client }) => {
    await client.initialize({ elicitation: {} });
    const question = await client.ask(request(1, "tools/call", call("ask")));
    assert.equal(question["method"], "elicitation/create");
    const result = { action: "accept", content: { name: "Ada" } };
    await client.send({ jsonrpc: "2.0", id: question["id"], result });
    assert.deepEqual(resultOf(await client.receive()), { name: "Ada", peer: "tester" });
  }, { server: { tools: createToolTable([bindTool(askTool, undefined)]) } });
});

Deno.test("serveMcpChannel waits for no answer of a client that has ended its input", async () => {
  await withChannel(async ({ client, served }) => {
    await client.initialize({ elicitation: {} });
    await client.ask(request(1, "tools/call", call("ask")));
    await client.send(request(2, "tools/call", call("ask")));
    client.endInput();
    const seen = new Map<unknown, JsonObject>();
    for (let next = await client.receive(); seen.size < 2; next = await client.receive()) {
      if (next?.["method"] === undefined) seen.set(next?.["id"], next ?? {});
      if (seen.size === 2) break;
    }
    for (const id of [1, 2]) assert.ok(seen.has(id), `no answer to ${id}`);
    await served;
  }, { server: { tools: createToolTable([bindTool(askTool, undefined)]) } });
});

Deno.test("serveMcpChannel sends the news of a modern subscription until it is cancelled", async () => {
  const changing = new Changing();
  const listening: boolean[] = [];
  await withChannel(async ({ client }) => {
    const notifications = { resourceSubscriptions: [Changing.uri] };
    const first = await client.ask(modern("s", "subscriptions/listen", { notifications }));
    assert.equal(first["method"], "notifications/subscriptions/acknowledged");
    changing.change();
    assert.equal((await client.receive())?.["method"], "notifications/resources/updated");
    // Others are answered meanwhile.
    assert.ok("result" in await client.ask(modern(1, "tools/list")));
    assert.deepEqual(listening, [true]);
    await client.send(cancelled("s"));
    assert.ok("result" in await client.ask(modern(2, "tools/list")));
    await until(() => listening.length === 2);
    assert.equal(changing.watchers, 0);
    assert.deepEqual(listening, [true, false]);
  }, {
    server: { resources: [changing] },
    onListening: (isListening) => listening.push(isListening),
  });
});

Deno.test("serveMcpChannel ends its subscriptions with the input", async () => {
  const changing = new Changing();
  await withChannel(async ({ client, served }) => {
    const notifications = { resourceSubscriptions: [Changing.uri] };
    await client.ask(modern("s", "subscriptions/listen", { notifications }));
    client.endInput();
    await served;
    assert.equal(changing.watchers, 0);
  }, { server: { resources: [changing] } });
});

Deno.test("serveMcpChannel sends the news of a legacy subscription until the session ends", async () => {
  const changing = new Changing();
  const listening: boolean[] = [];
  await withChannel(async ({ client, served }) => {
    await client.initialize();
    const uri = Changing.uri;
    assert.ok("result" in await client.ask(request(1, "resources/subscribe", { uri })));
    changing.change();
    const news = await client.receive();
    assert.deepEqual([news?.["method"], news?.["params"]], [
      "notifications/resources/updated",
      { uri },
    ]);
    assert.deepEqual(listening, [true]);
    client.endInput();
    await served;
    assert.equal(changing.watchers, 0);
    assert.deepEqual(listening, [true, false]);
  }, {
    server: { resources: [changing] },
    onListening: (isListening) => listening.push(isListening),
  });
});

Deno.test("serveMcpChannel answers what is no message, and goes on", async () => {
  await withChannel(async ({ client }) => {
    const bad: readonly (readonly [unknown, unknown])[] = [
      [{}, null],
      [{ jsonrpc: "1.0", id: 1, method: "ping" }, 1],
      [{ jsonrpc: "2.0", id: 2, method: 5 }, 2],
      [{ jsonrpc: "2.0", id: 3, method: "ping", params: [] }, 3],
      [{ jsonrpc: "2.0", id: { a: 1 }, method: "ping" }, null],
    ];
    for (const [message, id] of bad) {
      assert.deepEqual(errorOf(await client.ask(message)).slice(0, 2), [id, -32600]);
    }
    // These have no answer.
    await client.send({ jsonrpc: "2.0", method: "notifications/unknown" }, cancelled(99), {
      jsonrpc: "2.0",
      id: 7,
      result: {},
    });
    assert.ok("result" in await client.initialize());
  });
});

Deno.test("serveMcpChannel lets its gate change, answer and drop messages", async () => {
  await withChannel(async ({ client }) => {
    await client.send({ jsonrpc: "2.0", id: 1, method: "drop" });
    const answered = await client.ask({ jsonrpc: "2.0", id: 2, method: "answer" });
    assert.deepEqual(answered["result"], { from: "gate" });
    const changed = await client.ask({ jsonrpc: "2.0", id: 3, method: "change" });
    assert.deepEqual(changed, { jsonrpc: "2.0", id: 3, result: {} });
  }, {
    gate: {
      admit({ id = null, method }) {
        if (method === "drop") return { drop: "test" };
        if (method === "answer") {
          return { answer: { jsonrpc: "2.0", id, result: { from: "gate" } } };
        }
        return { deliver: { jsonrpc: "2.0", id, method: "ping" } };
      },
    },
  });
});

Deno.test("serveMcpChannel answers an error when a result cannot be sent", async () => {
  await withChannel(async ({ client }) => {
    client.refuseLongerThan(500);
    const answer = await client.ask(modern(1, "tools/call", echo("x".repeat(1_000))));
    assert.deepEqual(errorOf(answer), [1, -32603, "result_too_large"]);
    assert.deepEqual(resultOf(await client.ask(modern(2, "tools/call", echo("y")))), { text: "y" });
  });
});

Deno.test("serveMcpChannel survives whatever messages come", async () => {
  const meta = fc.constantFrom<JsonObject>({}, MODERN_META, {
    "io.modelcontextprotocol/protocolVersion": 5,
  });
  const params = fc.oneof(
    fc.jsonValue(),
    fc.record({
      name: fc.constantFrom("echo", "count", "fail", "none", 5, null),
      arguments: fc.oneof(fc.jsonValue(), fc.constant({ text: "x" }), fc.constant({ to: 2 })),
      uri: fc.oneof(fc.string(), fc.integer()),
      level: fc.constantFrom("debug", "loud", 1),
      requestId: fc.oneof(fc.integer(), fc.string()),
      "_meta": fc.oneof(meta, fc.jsonValue()),
    }, { requiredKeys: [] }),
  );
  const message = fc.record({
    jsonrpc: fc.constantFrom("2.0", "2.0", "2.0", "1.0", 2),
    id: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.string({ maxLength: 3 }), fc.jsonValue()),
    method: fc.oneof(
      fc.constantFrom(...METHODS),
      fc.string(),
      fc.jsonValue(),
    ),
    params,
    result: params,
    error: params,
  }, { requiredKeys: ["jsonrpc"] });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 12 }), async (messages) => {
      await withChannel(async ({ client }) => {
        const reading = (async () => {
          for (let next = await client.receive(); next !== null; next = await client.receive()) {
            if (next["id"] === "the last") return;
          }
          assert.fail("The channel has ended");
        })();
        await client.send(...messages.map((sent) => JSON.parse(JSON.stringify(sent))));
        await client.send(request("the last", "tools/list"));
        await reading;
      });
    }),
    { numRuns: 200 },
  );
});

const METHODS = [
  "initialize",
  "notifications/initialized",
  "notifications/cancelled",
  "server/discover",
  "ping",
  "tools/list",
  "tools/call",
  "resources/read",
  "resources/subscribe",
  "prompts/get",
  "completion/complete",
  "logging/setLevel",
  "subscriptions/listen",
];
