import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/codec/mod.ts";
import { runTaskGroup, type TaskGroup } from "../../../src/concurrency/mod.ts";
import { openLibp2pNetwork } from "../../../src/network/libp2p/mod.ts";
import type { Network, PeerTarget } from "../../../src/network/mod.ts";
import { createRpcClient, RPC_PROTOCOL, type RpcTool, serveRpc } from "../../../src/rpc/mod.ts";
import { callOf, RawPeer } from "./raw_peer.ts";
import { HeldTool } from "./server/serve_nodes.ts";

/** libp2p leaves timers and a BroadcastChannel behind. */
const realNode = { sanitizeOps: false, sanitizeResources: false };
const LOOPBACK = "/ip4/127.0.0.1/tcp/0";
const OPTIONS = { timeoutMs: 20_000 };

interface Nodes {
  readonly group: TaskGroup;
  readonly caller: Network;
  readonly server: Network;
  readonly held: HeldTool;
  readonly target: PeerTarget;
}

async function withNodes(body: (nodes: Nodes) => Promise<void>): Promise<void> {
  const held = new HeldTool();
  await using server = await openLibp2pNetwork({ listen: [LOOPBACK] });
  await using caller = await openLibp2pNetwork({ listen: [LOOPBACK] });
  const tools = new Map<string, RpcTool>([
    ["echo", (args) => Promise.resolve(args)],
    ["held", held.run],
  ]);
  const [multiaddr = ""] = server.multiaddrs();
  await runTaskGroup(async (group) => {
    await serveRpc(group, { network: server, tools });
    await body({ group, caller, server, held, target: { multiaddr } });
    group.cancel();
  });
}

Deno.test("RpcClient and serveRpc have many calls in flight on one stream", realNode, async () => {
  await withNodes(async ({ caller, server, target }) => {
    await using client = createRpcClient({ network: caller });
    const ids = Array.from({ length: 500 }, (_, id) => id);
    const answers = await Promise.all(ids.map((id) => {
      const args = { id, text: "ü".repeat(id) };
      return client.call(target, { name: "echo", args }, OPTIONS);
    }));
    assert.deepEqual(answers.map(({ content }) => content["id"]), ids);
    assert.equal(answers[0]?.peerId, server.peerId);
  });
});

Deno.test("RpcClient and serveRpc carry messages of a megabyte both ways", realNode, async () => {
  await withNodes(async ({ caller, target }) => {
    await using client = createRpcClient({ network: caller });
    const args = { text: "x".repeat(1_000_000) };
    const calls = Array.from({ length: 6 }, () => ({ name: "echo", args }));
    const answers = await Promise.all(calls.map((call) => client.call(target, call, OPTIONS)));
    for (const { content } of answers) assert.equal(content["text"], args.text);
  });
});

Deno.test(
  "serveRpc cancels calls when the caller cancels and when it goes away",
  realNode,
  async () => {
    await withNodes(async ({ caller, held, target }) => {
      const client = createRpcClient({ network: caller });
      const controller = new AbortController();
      const { signal } = controller;
      const call = { name: "held", args: {} };
      const cancelled = assert.rejects(client.call(target, call, { ...OPTIONS, signal }), /enough/);
      const lost = assert.rejects(client.call(target, call, OPTIONS), { code: "rpc_closed" });
      const [first, second] = [await held.at(0), await held.at(1)];
      controller.abort(new Error("enough"));
      await cancelled;
      await aborted(first.call.signal);
      await caller[Symbol.asyncDispose]();
      await lost;
      await aborted(second.call.signal);
      await client[Symbol.asyncDispose]();
    });
  },
);

Deno.test("serveRpc sends events over a real stream before the answer", realNode, async () => {
  await withNodes(async ({ caller, held, target }) => {
    await using client = createRpcClient({ network: caller });
    const events: JsonObject[] = [];
    const onEvent = (event: JsonObject): void => void events.push(event);
    const call = { name: "held", args: { stream: true } };
    const calling = client.call(target, call, { ...OPTIONS, onEvent });
    const { call: served, answer } = await held.at(0);
    for (let at = 0; at < 100; at++) served.sendEvent({ at });
    answer({ done: true });
    assert.deepEqual((await calling).content, { done: true });
    assert.deepEqual(events.map(({ at }) => at), Array.from({ length: 100 }, (_, at) => at));
  });
});

Deno.test("serveRpc serves a hundred streams right after the dial", realNode, async () => {
  await withNodes(async ({ caller, target }) => {
    const ids = Array.from({ length: 100 }, (_, id) => id);
    await Promise.all(ids.map(async (id) => {
      const peer = new RawPeer(await caller.openStream(target, RPC_PROTOCOL));
      await peer.send(callOf(id, "echo", { id }));
      assert.deepEqual((await peer.receive())?.["result"], { content: { id } });
      await peer.stream.close();
    }));
  });
});

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
