import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { FakeClock, runTaskGroup, type TaskGroup } from "../../../../src/concurrency/mod.ts";
import { ServerUnreachableError } from "../../../../src/mcp/client/errors.ts";
import { relayMcp, type RelayMcpOptions } from "../../../../src/mcp/relay/relay_mcp.ts";
import {
  createMemoryChannelPair,
  type MemoryChannel,
} from "../../../../src/mcp/server/channel/memory_channel.ts";
import { MemoryLogger } from "../sample_tools.ts";
import { FakeFarSide } from "./fake_far_side.ts";

const { signal } = new AbortController();

interface Bench {
  readonly group: TaskGroup;
  readonly client: MemoryChannel;
  readonly far: FakeFarSide;
  readonly clock: FakeClock;
  readonly relayed: Promise<void>;
  /** The client sends nothing more, and still reads. */
  endInput(): void;
}

async function withRelay(
  body: (bench: Bench) => Promise<void>,
  options: Partial<RelayMcpOptions> = {},
): Promise<void> {
  const far = new FakeFarSide();
  const clock = new FakeClock();
  const logger = new MemoryLogger();
  await runTaskGroup(async (group) => {
    const [client, end] = createMemoryChannelPair();
    const ended = Promise.withResolvers<null>();
    const near = {
      receive: (wait: AbortSignal) => Promise.race([end.receive(wait), ended.promise]),
      send: (message: JsonObject) => end.send(message),
    };
    const relayed = relayMcp(group, { near, far, logger, clock, ...options });
    relayed.catch(() => {});
    await body({ group, client, far, clock, relayed, endInput: () => ended.resolve(null) });
    group.cancel();
    await relayed.catch(() => {});
    assert.equal(clock.pendingTimers, 0);
  });
  assert.deepEqual(logger.failures, []);
}

function request(id: unknown, method: string, params: JsonObject = {}): JsonObject {
  return { jsonrpc: "2.0", id, method, params } as JsonObject;
}

function notification(method: string, params: JsonObject = {}): JsonObject {
  return { jsonrpc: "2.0", method, params };
}

const INITIALIZE = request("init", "initialize", {
  protocolVersion: "2025-06-18",
  capabilities: { roots: {} },
  clientInfo: { name: "c", version: "1" },
});
const INITIALIZED = notification("notifications/initialized");

/** Opens a legacy session through the relay. */
async function initialize({ client, far }: Bench): Promise<void> {
  await client.send(INITIALIZE);
  const connection = await far.at(0);
  const answered = connection.answer(0, { protocolVersion: "2025-06-18" });
  await client.receive(signal);
  await answered;
  await client.send(INITIALIZED);
  await far.at(0, 2);
}

Deno.test("relayMcp passes every message on as it is, both ways", async () => {
  await withRelay(async ({ client, far }) => {
    const call = request(7, "tools/call", { name: "x", "_meta": { progressToken: 7, other: [1] } });
    const extra: JsonObject = { ...call, "x-extra": { deep: null } };
    await client.send(extra);
    const connection = await far.at(0);
    assert.deepEqual(connection.received[0], extra);
    const messages = [
      notification("notifications/progress", { progressToken: 7, progress: 1 }),
      notification("notifications/message", { level: "info", data: "x" }),
      { jsonrpc: "2.0", id: 7, result: { resultType: "complete", odd: [true] } },
    ];
    for (const message of messages) {
      const passed = connection.handlers.onMessage(message);
      assert.deepEqual(await client.receive(signal), message);
      await passed;
    }
    await client.send(notification("notifications/roots/list_changed"));
    await far.at(0, 2);
    assert.equal(connection.received[1]?.["method"], "notifications/roots/list_changed");
  });
});

Deno.test("relayMcp keeps apart requests of the two sides that have one id", async () => {
  await withRelay(async ({ client, far }) => {
    await client.send(request(1, "tools/call"));
    const connection = await far.at(0);
    const asked = connection.handlers.onMessage(request(1, "elicitation/create"));
    assert.equal((await client.receive(signal))?.["method"], "elicitation/create");
    await asked;
    await client.send({ jsonrpc: "2.0", id: 1, result: { action: "decline" } });
    await far.at(0, 2);
    assert.deepEqual(connection.received[1]?.["result"], { action: "decline" });
    const answered = connection.answer(0, { done: true });
    assert.deepEqual((await client.receive(signal))?.["result"], { done: true });
    await answered;
    // Neither has an answer due any more.
    await client.send({ jsonrpc: "2.0", id: 1, result: { again: true } });
    await connection.answer(0, { again: true });
    await client.send(request(2, "ping"));
    await far.at(0, 3);
    assert.equal(connection.received[2]?.["method"], "ping");
  });
});

Deno.test("relayMcp answers what the server will not, and asks no server for nothing", async () => {
  await withRelay(async ({ client, far }) => {
    await client.send({ jsonrpc: "2.0", id: 1, method: 5 } as JsonObject);
    const malformed = await client.receive(signal);
    assert.deepEqual([malformed?.["id"], errorOf(malformed)], [1, [-32600, undefined]]);
    await client.send(notification("notifications/initialized"));
    await client.send({ jsonrpc: "2.0", id: 9, result: {} });
    await client.send(request(2, "slow"));
    await client.send(request(2, "slow"));
    assert.deepEqual(errorOf(await client.receive(signal)), [-32600, undefined]);
    await client.send(request(3, "slow"));
    assert.deepEqual(errorOf(await client.receive(signal)), [-32010, "too_many_requests"]);
    const connection = await far.at(0);
    assert.deepEqual(connection.received.map(({ id }) => id), [2]);
  }, { maxInFlight: 1 });
});

function errorOf(answer: JsonObject | null): readonly unknown[] {
  const { code, data } = (answer?.["error"] ?? {}) as { code?: number; data?: { code?: string } };
  return [code, data?.code];
}

Deno.test("relayMcp answers all that waits when it cannot connect, and tries again later", async () => {
  await withRelay(async ({ client, far }) => {
    far.connectError = new ServerUnreachableError("http://x/mcp", undefined);
    await client.send(request(1, "tools/list"));
    const answer = await client.receive(signal);
    assert.deepEqual([answer?.["id"], errorOf(answer)], [1, [-32000, "server_unreachable"]]);
    assert.match(JSON.stringify(answer), /Cannot reach.*hint/);
    far.connectError = undefined;
    await client.send(request(1, "tools/list"));
    const connection = await far.at(0);
    assert.equal(connection.received.length, 1);
  });
});

Deno.test("relayMcp gives up a connection that takes too long, for all who wait for it", async () => {
  await withRelay(async ({ client, far, clock }) => {
    far.isSilent = true;
    const { news } = far;
    await client.send(request(1, "tools/list"));
    await client.send(request(2, "tools/list"));
    await client.send(request(3, "tools/list"));
    await client.send(notification("notifications/cancelled", { requestId: 3 }));
    await news;
    await clock.advance(500);
    for (const id of [1, 2]) {
      const answer = await client.receive(signal);
      assert.deepEqual([answer?.["id"], errorOf(answer)], [id, [-32000, "server_timeout"]]);
    }
    far.isSilent = false;
    await client.send(request(4, "tools/list"));
    assert.equal((await far.at(0)).received.length, 1);
  }, { connectTimeoutMs: 500 });
});

Deno.test("relayMcp passes a cancellation on, and drops the answer that comes in spite of it", async () => {
  await withRelay(async ({ client, far }) => {
    await client.send(request(1, "slow"));
    await client.send(notification("notifications/cancelled", { requestId: 1 }));
    const connection = await far.at(0, 2);
    assert.equal(connection.received[1]?.["method"], "notifications/cancelled");
    await connection.answer(0);
    await client.send(request(1, "quick"));
    await far.at(0, 3);
    const answered = connection.answer(2, { fresh: true });
    assert.deepEqual((await client.receive(signal))?.["result"], { fresh: true });
    await answered;
  });
});

Deno.test("relayMcp connects again with the next request after the server has gone", async () => {
  await withRelay(async ({ client, far }) => {
    await client.send(request(1, "server/discover"));
    const first = await far.at(0);
    const lost = first.handlers.onMessage({
      jsonrpc: "2.0",
      id: 1,
      error: { code: 1, message: "" },
    });
    await client.receive(signal);
    await lost;
    await first.handlers.onEnd();
    await client.send(request(2, "tools/list"));
    const second = await far.at(1);
    // There was no session, so there is none to be restored.
    assert.deepEqual(second.received.map(({ id }) => id), [2]);
  });
});

Deno.test("relayMcp restores a legacy session without the client's notice", async () => {
  await withRelay(async (bench) => {
    const { client, far } = bench;
    await initialize(bench);
    const [first] = far.connections;
    const settings = [
      request(2, "logging/setLevel", { level: "debug" }),
      request(3, "resources/subscribe", { uri: "task://1" }),
      request(4, "resources/subscribe", { uri: "task://2" }),
      request(5, "resources/unsubscribe", { uri: "task://1" }),
    ];
    for (const [index, setting] of settings.entries()) {
      await client.send(setting);
      const connection = await far.at(0, index + 3);
      const answered = connection.answer(index + 2);
      await client.receive(signal);
      await answered;
    }
    await first?.handlers.onEnd();

    await client.send(request(6, "tools/list"));
    const second = await far.at(1);
    assert.deepEqual(second.received[0]?.["params"], INITIALIZE["params"]);
    await second.answer(0, { protocolVersion: "2025-06-18" });
    await far.at(1, 3);
    assert.deepEqual(second.received[1], INITIALIZED);
    assert.deepEqual(second.received[2]?.["params"], { level: "debug" });
    await second.answer(2);
    await far.at(1, 4);
    assert.deepEqual(second.received[3]?.["params"], { uri: "task://2" });
    await second.answer(3);
    // The client is told of what may have changed meanwhile, and of nothing else.
    assert.deepEqual(
      await client.receive(signal),
      notification("notifications/resources/updated", { uri: "task://2" }),
    );
    await far.at(1, 5);
    assert.deepEqual(second.received[4], request(6, "tools/list"));
    const answered = second.answer(4, { tools: [] });
    assert.equal((await client.receive(signal))?.["id"], 6);
    await answered;
  });
});

Deno.test("relayMcp does not restore a session that the client begins anew", async () => {
  await withRelay(async (bench) => {
    const { client, far } = bench;
    await initialize(bench);
    await far.connections[0]?.handlers.onEnd();
    await client.send(INITIALIZE);
    const second = await far.at(1);
    assert.deepEqual(second.received, [INITIALIZE]);
  });
});

for (
  const [name, answer] of [
    ["speaks another revision", { result: { protocolVersion: "2024-11-05" } }],
    ["refuses the session", { error: { code: -32600, message: "no" } }],
  ] as const
) {
  Deno.test(`relayMcp gives up a session when the server ${name}, and tries again later`, async () => {
    await withRelay(async (bench) => {
      const { client, far } = bench;
      await initialize(bench);
      await far.connections[0]?.handlers.onEnd();
      await client.send(request(2, "tools/list"));
      const second = await far.at(1);
      const id = second.received[0]?.["id"] ?? null;
      await second.handlers.onMessage({ jsonrpc: "2.0", id, ...answer } as JsonObject);
      assert.deepEqual(errorOf(await client.receive(signal)), [-32000, "not_an_mcp_server"]);
      assert.ok(second.isClosed);
      await client.send(request(3, "tools/list"));
      assert.equal((await far.at(2)).received[0]?.["method"], "initialize");
    });
  });
}

Deno.test("relayMcp sends once more what has not reached the server, over a new connection", async () => {
  await withRelay(async ({ client, far }) => {
    await client.send(request(1, "tools/call"));
    const first = await far.at(0);
    await first.handlers.onEnd();
    await first.handlers.onUnsent(first.received[0] ?? {});
    const second = await far.at(1);
    assert.deepEqual(second.received, [request(1, "tools/call")]);
    await second.handlers.onEnd();
    const refused = second.handlers.onUnsent(second.received[0] ?? {});
    assert.deepEqual(errorOf(await client.receive(signal)), [-32000, "connection_lost"]);
    await refused;
    // A connection that is over already ends no other.
    await client.send(request(2, "tools/call"));
    const third = await far.at(2);
    await first.handlers.onEnd();
    await client.send(request(3, "tools/call"));
    await far.at(2, 2);
    assert.deepEqual(third.received.map(({ id }) => id), [2, 3]);
  });
});

Deno.test("relayMcp answers a message that cannot be sent, and keeps the connection", async () => {
  await withRelay(async ({ client, far }) => {
    await client.send(request(1, "ping"));
    const connection = await far.at(0);
    connection.sendError = new ServerUnreachableError("x", undefined);
    await client.send(request(2, "ping"));
    assert.equal((await client.receive(signal))?.["id"], 2);
    connection.sendError = undefined;
    await client.send(request(3, "ping"));
    await far.at(0, 2);
    assert.equal(far.connections.length, 1);
  });
});

Deno.test("relayMcp takes back the questions of a server that has gone", async () => {
  await withRelay(async ({ client, far }) => {
    await client.send(request(1, "tools/call"));
    const connection = await far.at(0);
    const asked = connection.handlers.onMessage(request("q", "sampling/createMessage"));
    await client.receive(signal);
    await asked;
    const ended = connection.handlers.onEnd();
    const news = await client.receive(signal);
    assert.equal(news?.["method"], "notifications/cancelled");
    assert.equal((news?.["params"] as JsonObject)["requestId"], "q");
    await ended;
    // Another server would not know what this answer is about.
    await client.send({ jsonrpc: "2.0", id: "q", result: {} });
    await client.send(request(2, "ping"));
    assert.deepEqual((await far.at(1)).received.map(({ id }) => id), [2]);
  });
});

Deno.test("relayMcp forgets a question that its server has taken back", async () => {
  await withRelay(async ({ client, far }) => {
    await client.send(request(1, "tools/call"));
    const { handlers } = await far.at(0);
    const taken = notification("notifications/cancelled", { requestId: "q" });
    for (const message of [request("q", "sampling/createMessage"), taken]) {
      const passed = handlers.onMessage(message);
      assert.deepEqual(await client.receive(signal), message);
      await passed;
    }
    const ended = handlers.onEnd();
    await client.send(request(2, "ping"));
    const answered = (await far.at(1)).answer(0);
    assert.equal((await client.receive(signal))?.["id"], 2);
    await Promise.all([answered, ended]);
  });
});

Deno.test("relayMcp answers for the client when a server asks more than it has answers for", async () => {
  await withRelay(async ({ client, far }) => {
    await client.send(request(1, "tools/call"));
    const connection = await far.at(0);
    const first = connection.handlers.onMessage(request("a", "sampling/createMessage"));
    await client.receive(signal);
    await first;
    await connection.handlers.onMessage(request("b", "sampling/createMessage"));
    const refusal = (await far.at(0, 2)).received[1];
    assert.equal(refusal?.["id"], "b");
    assert.equal((refusal?.["error"] as JsonObject)["code"], -32010);
  }, { maxInFlight: 1 });
});

Deno.test("relayMcp waits for the answers when the input ends, answers for the client, and hangs up", async () => {
  await withRelay(async ({ client, far, relayed, endInput }) => {
    await client.send(request(1, "slow"));
    await client.send(request(2, "subscriptions/listen"));
    const connection = await far.at(0, 2);
    const asked = connection.handlers.onMessage(request("q1", "roots/list"));
    await client.receive(signal);
    await asked;
    endInput();
    await far.at(0, 3);
    await connection.handlers.onMessage(request("q2", "roots/list"));
    await far.at(0, 4);
    assert.deepEqual(connection.received.slice(2).map(({ id }) => id), ["q1", "q2"]);
    assert.ok(connection.received.slice(2).every((answer) => "error" in answer));
    const answered = connection.answer(0);
    assert.equal((await client.receive(signal))?.["id"], 1);
    await answered;
    await relayed;
    assert.ok(connection.isClosed);
  });
});

Deno.test("relayMcp hangs up at once when its group is cancelled", async () => {
  await withRelay(async ({ client, far, group, relayed }) => {
    await client.send(request(1, "slow"));
    const connection = await far.at(0);
    group.cancel("stop");
    await assert.rejects(relayed, { name: "CancelReason" });
    assert.ok(connection.isClosed);
  });
});

Deno.test("relayMcp hangs up when the client cannot be written to", async () => {
  const [client, end] = createMemoryChannelPair();
  const near = {
    receive: (wait: AbortSignal) => end.receive(wait),
    send: () => Promise.reject(new Error("broken pipe")),
  };
  await withRelay(async ({ far, relayed }) => {
    await client.send(request(1, "slow"));
    const connection = await far.at(0);
    await connection.answer(0);
    await relayed;
    assert.ok(connection.isClosed);
  }, { near });
});
