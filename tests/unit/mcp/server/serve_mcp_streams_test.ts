import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeFrame, FrameDecoder, type JsonObject } from "../../../../src/codec/mod.ts";
import { FakeClock, runTaskGroup, type TaskGroup } from "../../../../src/concurrency/mod.ts";
import {
  connectMcpClient,
  MCP_P2P_PROTOCOL,
  type McpClient,
} from "../../../../src/mcp/client/mod.ts";
import { type McpStreamLimits, serveMcpStreams } from "../../../../src/mcp/server/mod.ts";
import { createAuthorizer, type Network, type Stream } from "../../../../src/network/mod.ts";
import { MemoryHub } from "../../../../src/network/memory/mod.ts";
import { createSampleServer, MemoryLogger, Sleeper } from "../sample_tools.ts";

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
  limits: McpStreamLimits = {},
): Promise<void> {
  const sleeper = new Sleeper();
  const logger = new MemoryLogger();
  const clock = new FakeClock();
  const hub = new MemoryHub();
  await using network = hub.open({ peerId: "server" });
  await using caller = hub.open({ peerId: "caller" });
  await runTaskGroup(async (group) => {
    await serveMcpStreams(group, {
      ...createSampleServer({ sleeper, logger }),
      network,
      authorizer: createAuthorizer({ token: TOKEN, allowPeers: ["friend"] }),
      limits,
      clock,
    });
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

/** A peer that writes frames by hand. */
class RawPeer {
  readonly stream: Stream;
  readonly #decoder = new FrameDecoder(FRAMES);
  readonly #messages: JsonObject[] = [];

  private constructor(stream: Stream) {
    this.stream = stream;
  }

  static async open(network: Network): Promise<RawPeer> {
    return new RawPeer(await network.openStream({ peerId: "server" }, MCP_P2P_PROTOCOL));
  }

  async send(message: unknown): Promise<void> {
    await this.stream.write(encodeFrame(JSON.stringify(message), FRAMES));
  }

  /** The next message, or `null` at the end. */
  async receive(): Promise<JsonObject | null> {
    while (this.#messages.length === 0) {
      const chunk = await this.stream.read();
      if (chunk === null) return null;
      for (const body of this.#decoder.decode(chunk)) {
        this.#messages.push(JSON.parse(new TextDecoder().decode(body)));
      }
    }
    return this.#messages.shift() ?? null;
  }
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
  Deno.test(`serveMcpStreams serves a client of the era ${era ?? "modern"}`, async () => {
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

  Deno.test(`serveMcpStreams cancels the tool when the client gives up, ${era ?? "modern"}`, async () => {
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

  Deno.test(`serveMcpStreams refuses a client without the token, ${era ?? "modern"}`, async () => {
    await withNodes(async ({ caller }) => {
      await assert.rejects(connect(caller, { era, token: "guess" }), {
        code: "unauthorized",
        hint: /token/,
      });
    });
  });
}

Deno.test("serveMcpStreams cancels the tool when the client hangs up", async () => {
  await withNodes(async ({ caller, sleeper }) => {
    const client = await connect(caller);
    const calling = assert.rejects(client.callTool("sleep", {}), { code: "connection_lost" });
    await sleeper.started;
    await client[Symbol.asyncDispose]();
    await calling;
    assert.match(String(await sleeper.ended), /cancelled or hung up/);
  });
});

Deno.test("serveMcpStreams leaves no call behind when its group is cancelled", async () => {
  await withNodes(async ({ caller, group, sleeper }) => {
    await using client = await connect(caller);
    const calling = assert.rejects(client.callTool("sleep", {}), { code: "connection_lost" });
    await sleeper.started;
    group.cancel("stop");
    await sleeper.ended;
    await calling;
  });
});

Deno.test("serveMcpStreams answers an unauthorised request with its id, and runs nothing", async () => {
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

Deno.test("serveMcpStreams drops notifications of a stream that has asked for nothing", async () => {
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

Deno.test("serveMcpStreams finishes the answers of a peer that has ended its half", async () => {
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

Deno.test("serveMcpStreams bounds the requests in flight, and frees the place of a cancelled one", async () => {
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

Deno.test("serveMcpStreams refuses an oversize frame before its body has come", async () => {
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    await peer.stream.write(Uint8Array.of(0, 1, 0, 0));
    const answer = await peer.receive();
    assert.equal(answer?.["id"], null);
    assert.deepEqual((answer?.["error"] as JsonObject)["data"], { code: "frame_too_large" });
    assert.equal(await peer.receive(), null);
  }, { maxFrameBytes: 1000 });
});

Deno.test("serveMcpStreams answers an error when a result does not fit into a frame", async () => {
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

Deno.test("serveMcpStreams resets a stream whose frame does not arrive in time", async () => {
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

Deno.test("serveMcpStreams ends an idle stream, but not one with a call", async () => {
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

Deno.test("serveMcpStreams survives whatever bytes a peer sends", async () => {
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
