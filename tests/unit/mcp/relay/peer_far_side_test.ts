import assert from "node:assert/strict";
import { runTaskGroup, type TaskGroup } from "../../../../src/concurrency/mod.ts";
import type { FarSide } from "../../../../src/mcp/relay/far_side.ts";
import { createPeerFarSide } from "../../../../src/mcp/relay/peer_far_side.ts";
import {
  bindTool,
  createMcpStreamSession,
  createToolTable,
  type McpServerOptions,
} from "../../../../src/mcp/server/mod.ts";
import { createAuthorizer, type Network, type Stream } from "../../../../src/network/mod.ts";
import { MemoryHub } from "../../../../src/network/memory/mod.ts";
import { RPC_PROTOCOL, serveRpc } from "../../../../src/rpc/mod.ts";
import { createSampleServer, echoTool, Sleeper } from "../sample_tools.ts";
import { askTool } from "../server/channel/asking_and_changing.ts";
import { connectThroughRelay } from "./relay_client.ts";

const TOKEN = "open sesame";

interface Bench {
  readonly group: TaskGroup;
  readonly far: FarSide;
  /** The streams that the relay has opened. */
  readonly streams: readonly Stream[];
  /** Begins to serve, as after a start. */
  serve(): Promise<void>;
}

async function withPeer(
  body: (bench: Bench) => Promise<void>,
  server: Partial<McpServerOptions> = {},
  options: { readonly token?: string; readonly isServed?: boolean } = {},
): Promise<void> {
  const { token = TOKEN, isServed = true } = options;
  const hub = new MemoryHub();
  const streams: Stream[] = [];
  await using network: Network = hub.open({ peerId: "server" });
  await using caller = hub.open({ peerId: "caller" });
  await runTaskGroup(async (group) => {
    const openSession = createMcpStreamSession({
      ...createSampleServer(),
      ...server,
      authorizer: createAuthorizer({ token: TOKEN, allowPeers: [] }),
    });
    const serve = () => serveRpc(group, { network, tools: new Map(), openSession });
    if (isServed) await serve();
    const far = createPeerFarSide({
      openStream: async ({ signal }) => {
        const stream = await caller.openStream({ peerId: "server" }, RPC_PROTOCOL, { signal });
        streams.push(stream);
        return stream;
      },
      token,
    });
    await body({ group, far, streams, serve });
    group.cancel();
  });
}

for (const era of ["auto", "legacy"] as const) {
  Deno.test(`createPeerFarSide carries a client to a peer's tools, era ${era}`, async () => {
    await withPeer(async ({ group, far, streams }) => {
      await using client = await connectThroughRelay(group, far, { era });
      assert.equal(client.era, era === "legacy" ? "legacy" : "modern");
      assert.equal(client.serverInfo?.name, "test-server");
      assert.equal((await client.listTools()).length, 4);
      assert.equal((await client.callTool("echo", { text: "über" })).text, "über");
      const seen: number[] = [];
      const onProgress = ({ progress }: { progress: number }) => void seen.push(progress);
      await client.callTool("count", { to: 3 }, { onProgress });
      assert.deepEqual(seen, [1, 2, 3]);
      await assert.rejects(client.callTool("ecko", {}), { code: "unknown_tool" });
      assert.equal(streams.length, 1);
    });
  });

  Deno.test(`createPeerFarSide cancels the peer's work when the client cancels, era ${era}`, async () => {
    const sleeper = new Sleeper();
    await withPeer(async ({ group, far }) => {
      await using client = await connectThroughRelay(group, far, { era });
      const controller = new AbortController();
      const calling = client.callTool("sleep", {}, { signal: controller.signal });
      await sleeper.started;
      controller.abort(new Error("enough"));
      await assert.rejects(calling, /enough/);
      await sleeper.ended;
      assert.equal((await client.callTool("echo", { text: "on" })).text, "on");
    }, createSampleServer({ sleeper }));
  });

  Deno.test(`createPeerFarSide cancels the peer's work when the relay ends, era ${era}`, async () => {
    const sleeper = new Sleeper();
    await withPeer(async ({ group, far }) => {
      await runTaskGroup(async (inner) => {
        const client = await connectThroughRelay(inner, far, { era });
        const calling = assert.rejects(client.callTool("sleep", {}), { code: "connection_lost" });
        await sleeper.started;
        inner.cancel("stop");
        await calling;
      });
      assert.equal(group.signal.aborted, false);
      await sleeper.ended;
    }, createSampleServer({ sleeper }));
  });

  Deno.test(`createPeerFarSide connects again after its stream was lost, era ${era}`, async () => {
    const sleeper = new Sleeper();
    await withPeer(async ({ group, far, streams }) => {
      await using client = await connectThroughRelay(group, far, { era });
      const calling = assert.rejects(client.callTool("sleep", {}), {
        code: "connection_lost",
        message: /answer/,
      });
      await sleeper.started;
      streams[0]?.abort(new Error("cable cut"));
      await calling;
      await sleeper.ended;
      assert.equal((await client.callTool("echo", { text: "back" })).text, "back");
      assert.equal(streams.length, 2);
    }, createSampleServer({ sleeper }));
  });
}

Deno.test("createPeerFarSide lets the peer ask the client", async () => {
  const tools = createToolTable([bindTool(askTool, undefined), bindTool(echoTool, undefined)]);
  await withPeer(async ({ group, far }) => {
    for (const era of ["legacy", "auto"] as const) {
      await using client = await connectThroughRelay(group, far, {
        era,
        handlers: {
          elicit: () => Promise.resolve({ action: "accept", content: { name: "Ada" } }),
        },
      });
      const { structuredContent } = await client.callTool("ask", {});
      assert.deepEqual(structuredContent, { name: "Ada", peer: "caller" });
    }
  }, { tools });
});

Deno.test("createPeerFarSide passes a refusal on", async () => {
  await withPeer(
    async ({ group, far }) => {
      await assert.rejects(connectThroughRelay(group, far), { code: "unauthorized" });
    },
    {},
    { token: "guess" },
  );
});

Deno.test("createPeerFarSide says why a peer cannot be reached, and reaches it later", async () => {
  await withPeer(
    async ({ group, far, serve }) => {
      await assert.rejects(connectThroughRelay(group, far), /protocol/);
      await serve();
      await using client = await connectThroughRelay(group, far);
      assert.equal((await client.callTool("echo", { text: "here" })).text, "here");
    },
    {},
    { isServed: false },
  );
});

Deno.test("createPeerFarSide answers a message that is too large, and goes on", async () => {
  await withPeer(async ({ group, far }) => {
    await using client = await connectThroughRelay(group, far);
    const text = "x".repeat(1_100_000);
    await assert.rejects(client.callTool("echo", { text }), /too large: 1100\d+ bytes/);
    assert.equal((await client.callTool("echo", { text: "small" })).text, "small");
  });
});
