import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeFrame, type JsonObject } from "../../../../src/codec/mod.ts";
import { FakeClock, runTaskGroup, type TaskGroup } from "../../../../src/concurrency/mod.ts";
import {
  connectMcpClient,
  MCP_P2P_PROTOCOL,
  type McpClient,
} from "../../../../src/mcp/client/mod.ts";
import {
  bindTool,
  createMcpService,
  createMcpStreamSession,
  createToolTable,
  type McpServerOptions,
} from "../../../../src/mcp/server/mod.ts";
import { createAuthorizer, type Network } from "../../../../src/network/mod.ts";
import { MemoryHub } from "../../../../src/network/memory/mod.ts";
import { type RpcLimits, serveRpc } from "../../../../src/rpc/mod.ts";
import { RawPeer } from "../../rpc/raw_peer.ts";
import { createSampleServer, MemoryLogger, Sleeper } from "../sample_tools.ts";
import { askTool, Changing } from "./channel/asking_and_changing.ts";
import { TRUST_ALL } from "../../network/trust_all.ts";

const TOKEN = "open sesame";
const FRAMES = { maxFrameBytes: 1_000_000 };

interface Bench {
  readonly group: TaskGroup;
  readonly caller: Network;
  readonly clock: FakeClock;
  readonly sleeper: Sleeper;
  readonly logger: MemoryLogger;
}

/** Two nodes: "server" with the sample tools, and "caller". */
async function withNodes(
  body: (bench: Bench) => Promise<void>,
  limits: Partial<RpcLimits> = {},
  server: Partial<McpServerOptions> = {},
): Promise<void> {
  const sleeper = new Sleeper();
  const logger = new MemoryLogger();
  const clock = new FakeClock();
  const hub = new MemoryHub();
  await using network = hub.open({ peerId: "server", policy: TRUST_ALL });
  await using caller = hub.open({ peerId: "caller" });
  await runTaskGroup(async (group) => {
    const openSession = createMcpStreamSession({
      ...createSampleServer({ sleeper, logger }),
      ...server,
      authorizer: createAuthorizer({
        token: TOKEN,
        allowPeers: [{ peerId: "friend", roles: ["tools"] }],
      }),
    });
    const ask = () => Promise.resolve({ ok: true });
    const tools = new Map([["queue", ask]]);
    await serveRpc(group, { network, tools, openSession, limits, clock, logger });
    await body({ group, caller, clock, sleeper, logger });
    group.cancel();
  });
}

function connect(
  caller: Network,
  options: { token?: string; era?: "legacy" | undefined } = {},
): Promise<McpClient> {
  const { token = TOKEN, era } = options;
  return connectMcpClient({
    openStream: ({ signal }) =>
      caller.openStream({ peerId: "server" }, MCP_P2P_PROTOCOL, { signal }),
    token,
  }, { era });
}

function initialize(id: number, token = TOKEN): JsonObject {
  return {
    jsonrpc: "2.0",
    id,
    method: "initialize",
    params: {
      protocolVersion: "2024-11-05",
      capabilities: {},
      clientInfo: { name: "raw", version: "0" },
      _meta: { "io.mcpp/token": token },
    },
  };
}

function call(id: number, name: string, args: JsonObject = {}): JsonObject {
  const params = { name, arguments: args, _meta: { "io.mcpp/token": TOKEN } };
  return { jsonrpc: "2.0", id, method: "tools/call", params };
}

for (const era of [undefined, "legacy"] as const) {
  Deno.test(`createMcpStreamSession serves a client of the era ${era ?? "modern"}`, async () => {
    await withNodes(async ({ caller, logger }) => {
      await using client = await connect(caller, { era });
      assert.equal(client.era, era ?? "modern");
      assert.equal(client.serverInfo?.name, "test-server");
      const names = (await client.listTools()).map(({ name }) => name);
      assert.deepEqual(names, ["count", "echo", "fail", "sleep"]);
      const echoed = await client.callTool("echo", { text: "über" });
      assert.deepEqual(echoed.structuredContent, { text: "über" });
      const seen: number[] = [];
      const onProgress = ({ progress }: { progress: number }): void => {
        seen.push(progress);
      };
      await client.callTool("count", { to: 3 }, { onProgress });
      assert.deepEqual(seen, [1, 2, 3]);
      await assert.rejects(client.callTool("ecko", {}), { code: "unknown_tool" });
      assert.deepEqual(logger.failures, []);
    });
  });

  Deno.test(`createMcpStreamSession cancels the tool when the client gives up, ${era ?? "modern"}`, async () => {
    await withNodes(async ({ caller, sleeper }) => {
      await using client = await connect(caller, { era });
      const controller = new AbortController();
      const calling = client.callTool("sleep", {}, { signal: controller.signal });
      await sleeper.started;
      controller.abort(new Error("enough"));
      await assert.rejects(calling, /enough/);
      assert.match(String(await sleeper.ended), /cancelled or hung up/);
      assert.equal((await client.callTool("echo", { text: "on" })).text, "on");
    });
  });

  Deno.test(`createMcpStreamSession refuses a client without the token, ${era ?? "modern"}`, async () => {
    await withNodes(async ({ caller }) => {
      await assert.rejects(connect(caller, { era, token: "guess" }), {
        code: "unauthorized",
        hint: /token/,
      });
    });
  });
}

Deno.test("createMcpStreamSession cancels the tool when the client hangs up", async () => {
  await withNodes(async ({ caller, sleeper }) => {
    const client = await connect(caller);
    const calling = assert.rejects(client.callTool("sleep", {}), { code: "connection_lost" });
    await sleeper.started;
    await client[Symbol.asyncDispose]();
    await calling;
    assert.match(String(await sleeper.ended), /cancelled or hung up/);
  });
});

Deno.test("createMcpStreamSession leaves no call behind when its group is cancelled", async () => {
  await withNodes(async ({ caller, group, sleeper }) => {
    await using client = await connect(caller);
    const calling = assert.rejects(client.callTool("sleep", {}), { code: "connection_lost" });
    await sleeper.started;
    group.cancel("stop");
    await sleeper.ended;
    await calling;
  });
});

Deno.test("createMcpStreamSession answers an unauthorised request with its id, and runs nothing", async () => {
  await withNodes(async ({ caller, logger }) => {
    const peer = await RawPeer.open(caller);
    for (const token of [undefined, "guess", 5, { $: TOKEN }]) {
      const meta = { "io.mcpp/token": token };
      const params = { name: "fail", arguments: { how: "bug" }, _meta: meta };
      await peer.send({ jsonrpc: "2.0", id: "x1", method: "tools/call", params });
      const answer = await peer.receive();
      const error = answer?.["error"] as JsonObject;
      assert.deepEqual([answer?.["id"], error["code"], error["data"]], [
        "x1",
        -32001,
        { code: "unauthorized" },
      ]);
    }
    assert.deepEqual(logger.failures, []);
    await peer.stream.close();
  });
});

Deno.test("createMcpStreamSession drops notifications of a stream that has asked for nothing", async () => {
  await withNodes(async ({ caller, logger }) => {
    const peer = await RawPeer.open(caller);
    await peer.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    await peer.send(initialize(1));
    assert.equal((await peer.receive())?.["id"], 1);
    const dropped = logger.lines.filter(({ message }) => message.includes("not taken"));
    assert.equal(dropped.length, 1);
    await peer.stream.close();
  });
});

Deno.test("createMcpStreamSession finishes the answers of a peer that has ended its half", async () => {
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(initialize(1));
    await peer.send(call(2, "echo", { text: "late" }));
    await peer.stream.closeWrite();
    assert.equal((await peer.receive())?.["id"], 1);
    const { id, result } = await peer.receive() as { id: number; result: JsonObject };
    assert.deepEqual([id, result["structuredContent"]], [2, { text: "late" }]);
    assert.equal(await peer.receive(), null);
  });
});

Deno.test("createMcpStreamSession bounds the requests in flight, and frees the place of a cancelled one", async () => {
  await withNodes(async ({ caller, sleeper }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(initialize(1));
    await peer.receive();
    await peer.send(call(2, "sleep"));
    await sleeper.started;

    await peer.send(call(3, "echo", { text: "" }));
    const refused = await peer.receive();
    assert.deepEqual([refused?.["id"], (refused?.["error"] as JsonObject)["code"]], [3, -32010]);
    await peer.send(call(2, "echo", { text: "" }));
    const duplicate = await peer.receive();
    assert.deepEqual([duplicate?.["id"], (duplicate?.["error"] as JsonObject)["code"]], [
      2,
      -32600,
    ]);

    await peer.send({
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId: 2 },
    });
    await sleeper.ended;
    await peer.send(call(4, "echo", { text: "free" }));
    assert.equal((await peer.receive())?.["id"], 4);
    await peer.stream.close();
  }, { maxInFlightPerStream: 1 });
});

Deno.test("createMcpStreamSession refuses an oversize frame before its body has come", async () => {
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    await peer.stream.write(Uint8Array.of(0, 1, 0, 0));
    const answer = await peer.receive();
    assert.equal(answer?.["id"], null);
    assert.deepEqual((answer?.["error"] as JsonObject)["data"], { code: "frame_too_large" });
    assert.equal(await peer.receive(), null);
  }, { maxFrameBytes: 1000 });
});

Deno.test("createMcpStreamSession answers an error when a result does not fit into a frame", async () => {
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(initialize(1));
    await peer.receive();
    // The text comes back twice, as structure and as text.
    await peer.send(call(2, "echo", { text: "x".repeat(600) }));
    const answer = await peer.receive();
    assert.equal(answer?.["id"], 2);
    assert.deepEqual((answer?.["error"] as JsonObject)["data"], { code: "frame_too_large" });
    await peer.stream.close();
  }, { maxFrameBytes: 1000 });
});

Deno.test("createMcpStreamSession resets a stream whose frame does not arrive in time", async () => {
  await withNodes(async ({ caller, clock }) => {
    const peer = await RawPeer.open(caller);
    const frame = encodeFrame(JSON.stringify(initialize(1)), FRAMES);
    const ended = assert.rejects(peer.receive());
    // One byte now and then keeps no frame alive.
    for (let index = 0; index < 4; index++) {
      await peer.stream.write(frame.subarray(index, index + 1));
      await clock.advance(300);
    }
    await ended;
  }, { frameTimeoutMs: 1000 });
});

Deno.test("createMcpStreamSession ends an idle stream, but not one with a call", async () => {
  await withNodes(async ({ caller, clock, sleeper }) => {
    const idle = await RawPeer.open(caller);
    await idle.send(initialize(1));
    await idle.receive();
    const busy = await RawPeer.open(caller);
    await busy.send(initialize(1));
    await busy.receive();
    await busy.send(call(2, "sleep"));
    await sleeper.started;
    await clock.advance(1_500);
    assert.equal(await idle.receive(), null);
    await idle.stream.close();
    await clock.advance(10_000);
    await busy.send(call(3, "echo", { text: "here" }));
    assert.equal((await busy.receive())?.["id"], 3);
    busy.stream.abort(new Error("done"));
  }, { idleTimeoutMs: 1000 });
});

Deno.test("createMcpStreamSession shares its stream with directly answered tools", async () => {
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(initialize(1));
    const { result } = (await peer.receive()) as unknown as { result: JsonObject };
    assert.equal(result["protocolVersion"], "2024-11-05");
    assert.deepEqual([result["ok"], result["server"]], [true, { "peer_id": "server" }]);
    const params = { name: "queue", arguments: {} };
    await peer.send({ jsonrpc: "2.0", id: 2, method: "tools/call", params });
    assert.deepEqual((await peer.receive())?.["result"], { content: { ok: true } });
    await peer.send(call(3, "echo", { text: "mcp" }));
    const echoed = (await peer.receive()) as unknown as { result: JsonObject };
    assert.deepEqual(echoed.result["structuredContent"], { text: "mcp" });
    await peer.stream.close();
  });
});

Deno.test("createMcpStreamSession leaves a client without a token to other tools of the stream", async () => {
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    const { params, ...message } = initialize(1);
    await peer.send({ ...message, params: { ...params as JsonObject, "_meta": {} } });
    const { result } = (await peer.receive()) as unknown as { result: JsonObject };
    assert.equal(result["protocolVersion"], "2024-11-05");
    await peer.send({ jsonrpc: "2.0", id: 2, method: "tools/list" });
    const listed = (await peer.receive()) as unknown as { result: { tools: { name: string }[] } };
    assert.deepEqual(listed.result.tools.map(({ name }) => name), ["queue"]);
    // What is MCP's is still refused.
    await peer.send({ jsonrpc: "2.0", id: 3, method: "tools/list", params: { "_meta": {} } });
    const { error } = (await peer.receive()) as unknown as { error: { code: number } };
    assert.equal(error.code, -32001);
    await peer.stream.close();
  });
});

Deno.test("createMcpStreamSession keeps a quiet stream for a subscription, and ends it with the peer", async () => {
  const changing = new Changing();
  await withNodes(
    async ({ caller, clock }) => {
      const peer = await RawPeer.open(caller);
      const meta = {
        "io.mcpp/token": TOKEN,
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
      };
      const notifications = { resourceSubscriptions: [Changing.uri] };
      const params = { notifications, "_meta": meta };
      await peer.send({ jsonrpc: "2.0", id: "s", method: "subscriptions/listen", params });
      assert.match(String((await peer.receive())?.["method"]), /acknowledged/);
      await clock.advance(10_000);
      changing.change();
      assert.match(String((await peer.receive())?.["method"]), /resources\/updated/);
      await peer.stream.closeWrite();
      assert.equal(await peer.receive(), null);
      assert.equal(changing.watchers, 0);
    },
    { idleTimeoutMs: 1_000 },
    { resources: [changing] },
  );
});

Deno.test("createMcpStreamSession keeps a quiet stream for a subscription of the legacy era", async () => {
  const changing = new Changing();
  await withNodes(
    async ({ caller, clock }) => {
      const peer = await RawPeer.open(caller);
      await peer.send(initialize(1));
      await peer.receive();
      const params = { uri: Changing.uri, "_meta": { "io.mcpp/token": TOKEN } };
      await peer.send({ jsonrpc: "2.0", id: 2, method: "resources/subscribe", params });
      await peer.receive();
      await clock.advance(10_000);
      changing.change();
      assert.match(String((await peer.receive())?.["method"]), /resources\/updated/);
      await peer.send({ jsonrpc: "2.0", id: 3, method: "resources/unsubscribe", params });
      await peer.receive();
      await clock.advance(2_500);
      assert.equal(await peer.receive(), null);
      await peer.stream.close();
    },
    { idleTimeoutMs: 1_000 },
    { resources: [changing] },
  );
});

Deno.test("createMcpStreamSession asks a peer of the legacy era, and takes its answer", async () => {
  const tools = createToolTable([bindTool(askTool, undefined)]);
  await withNodes(
    async ({ caller }) => {
      const peer = await RawPeer.open(caller);
      const { params, ...message } = initialize(1);
      await peer.send({
        ...message,
        params: { ...params as JsonObject, capabilities: { elicitation: {} } },
      });
      await peer.receive();
      await peer.send(call(2, "ask"));
      const question = await peer.receive();
      assert.equal(question?.["method"], "elicitation/create");
      const result = { action: "accept", content: { name: "Ada" } };
      await peer.send({ jsonrpc: "2.0", id: question?.["id"], result });
      const answer = await peer.receive() as { id: number; result: JsonObject } | null;
      assert.deepEqual([answer?.id, answer?.result["structuredContent"]], [2, {
        name: "Ada",
        peer: "caller",
      }]);
      await peer.stream.close();
    },
    {},
    { tools },
  );
});

Deno.test("createMcpStreamSession shares a service that it is given, and its news", async () => {
  const hub = new MemoryHub();
  await using network = hub.open({ peerId: "server" });
  await using caller = hub.open({ peerId: "caller" });
  await runTaskGroup(async (group) => {
    const server = createSampleServer();
    const service = createMcpService(group, server);
    const authorizer = createAuthorizer({ token: TOKEN, allowPeers: [] });
    const openSession = createMcpStreamSession({ ...server, authorizer, service });
    await serveRpc(group, { network, tools: new Map(), openSession });
    const peers = [await RawPeer.open(caller), await RawPeer.open(caller)];
    for (const peer of peers) {
      await peer.send(initialize(1));
      await peer.receive();
      await peer.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    }
    service.events.toolsChanged();
    for (const peer of peers) {
      const news = await peer.receive();
      assert.equal(news?.["method"], "notifications/tools/list_changed");
      await peer.stream.close();
    }
    group.cancel();
  });
});

Deno.test("createMcpStreamSession survives whatever bytes a peer sends", async () => {
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc.record({
      jsonrpc: fc.constantFrom("2.0", "1.0", 2),
      id: fc.oneof(fc.integer(), fc.string(), fc.double(), fc.constant(null), fc.object()),
      method: fc.oneof(fc.constantFrom("initialize", "tools/call", "ping"), fc.anything()),
      params: fc.oneof(
        fc.object(),
        fc.constant({ "_meta": { "io.mcpp/token": TOKEN } }),
        fc.constant(null),
        fc.constant([]),
      ),
    }, { requiredKeys: [] }).map((message) => new TextEncoder().encode(toText(message))),
  );
  const wire = fc.array(fc.oneof(body.map((bytes) => encodeFrame(bytes, FRAMES)), body), {
    maxLength: 8,
  });
  await withNodes(async ({ caller, logger }) => {
    await fc.assert(
      fc.asyncProperty(wire, async (chunks) => {
        const peer = await RawPeer.open(caller);
        try {
          for (const chunk of chunks) await peer.stream.write(chunk);
          await peer.stream.closeWrite();
          while (await peer.receive() !== null);
        } catch {
          // A reset is an answer too.
        }
        await using client = await connect(caller);
        assert.equal((await client.callTool("echo", { text: "alive" })).text, "alive");
      }),
      { numRuns: 60 },
    );
    assert.deepEqual(logger.failures, []);
  }, { maxFrameBytes: 10_000 });
});

function toText(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => typeof inner === "bigint" ? 0 : inner) ?? "";
}
