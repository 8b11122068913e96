import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { FakeClock, runTaskGroup } from "../../../../src/concurrency/mod.ts";
import { MemoryHub } from "../../../../src/network/memory/mod.ts";
import type { Network } from "../../../../src/network/mod.ts";
import { createRpcClient, RPC_PROTOCOL } from "../../../../src/rpc/mod.ts";
import { RawPeer } from "../raw_peer.ts";
import { CountingNetwork, echo, SERVER } from "./raw_server.ts";

const OPTIONS = { timeoutMs: 60_000 };

interface PeerOptions {
  readonly limits?: JsonObject;
  /** Called for each call, before it is answered. */
  readonly onCall?: (args: JsonObject) => Promise<void>;
}

/** A peer as deployed: `initialize` first, then one request after the other. */
class SequentialPeer {
  readonly handshakes: JsonObject[] = [];
  /** How many streams began without `initialize`. */
  refusals = 0;
  running = 0;
  mostRunning = 0;
  readonly #options: PeerOptions;

  constructor(options: PeerOptions) {
    this.#options = options;
  }

  async serve(peer: RawPeer): Promise<void> {
    const opening = await peer.receive();
    if (opening === null) return;
    if (opening["method"] !== "initialize") {
      this.refusals++;
      const error = { code: -32000, message: "init_required" };
      return await peer.send({ jsonrpc: "2.0", id: opening["id"], error });
    }
    this.handshakes.push(opening);
    const { limits = {} } = this.#options;
    await peer.send({ jsonrpc: "2.0", id: opening["id"], result: { ok: true, limits } });
    const maxFrames = Number(limits["max_frames"] ?? Infinity);
    for (let frames = 1; frames < maxFrames; frames++) {
      const request = await peer.receive();
      if (request === null) return;
      await this.#answer(peer, request);
    }
  }

  async #answer(peer: RawPeer, request: JsonObject): Promise<void> {
    const { arguments: args } = request["params"] as { arguments: JsonObject };
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    await this.#options.onCall?.(args);
    this.running--;
    await peer.send({ jsonrpc: "2.0", id: request["id"], result: { content: args } });
  }
}

async function withPeer(
  body: (nodes: { caller: CountingNetwork; peer: SequentialPeer }) => Promise<void>,
  options: PeerOptions = {},
): Promise<void> {
  const hub = new MemoryHub();
  const peer = new SequentialPeer(options);
  await using server = hub.open({ peerId: "server" });
  await using caller: Network = hub.open({ peerId: "caller" });
  await runTaskGroup(async (group) => {
    await server.handle(group, RPC_PROTOCOL, (stream) => peer.serve(new RawPeer(stream)));
    await body({ caller: new CountingNetwork(caller), peer });
    group.cancel();
  });
}

// docs/protocol.md, 2.11
Deno.test("RpcClient sends initialize to a peer that asks for it, and then the call again", async () => {
  await withPeer(async ({ caller, peer }) => {
    const clientInfo = { name: "test", version: "1" };
    await using client = createRpcClient({ network: caller, clientInfo });
    const answer = await client.call(SERVER, echo({ a: 1 }), OPTIONS);
    assert.deepEqual(answer, { content: { a: 1 }, peerId: "server" });
    const [{ id, params } = {}] = peer.handshakes;
    assert.equal(id, 1);
    assert.deepEqual(params, { protocolVersion: "2024-11-05", capabilities: {}, clientInfo });
    assert.equal(peer.refusals, 1);
  });
});

Deno.test("RpcClient resends all calls that it had sent when initialize was asked for", async () => {
  await withPeer(async ({ caller, peer }) => {
    await using client = createRpcClient({ network: caller });
    const ids = [1, 2, 3, 4, 5, 6];
    const answers = await Promise.all(ids.map((id) => client.call(SERVER, echo({ id }), OPTIONS)));
    assert.deepEqual(answers.map(({ content }) => content["id"]), ids);
    assert.equal(peer.refusals, 1);
  });
});

Deno.test("RpcClient remembers for a while that a peer wants initialize", async () => {
  await withPeer(async ({ caller, peer }) => {
    const clock = new FakeClock();
    const limits = { rememberMs: 10_000, idleTimeoutMs: 1_000 };
    await using client = createRpcClient({ network: caller, clock, limits });
    for (const [advanceMs, refusals] of [[0, 1], [2_000, 1], [10_000, 2]] as const) {
      await clock.advance(advanceMs);
      await client.call(SERVER, echo(), OPTIONS);
      assert.equal(peer.refusals, refusals);
    }
  });
});

Deno.test("RpcClient forgets the peer that it has known longest when there are too many", async () => {
  const hub = new MemoryHub();
  await using caller = hub.open({ peerId: "caller" });
  const names = ["a", "b", "c"];
  await using nodes = new AsyncDisposableStack();
  const peers = new Map<string, SequentialPeer>();
  await runTaskGroup(async (group) => {
    for (const peerId of names) {
      const peer = new SequentialPeer({ limits: { "max_frames": 2 } });
      peers.set(peerId, peer);
      const node = nodes.use(hub.open({ peerId }));
      await node.handle(group, RPC_PROTOCOL, (stream) => peer.serve(new RawPeer(stream)));
    }
    await using client = createRpcClient({ network: caller, limits: { maxRemembered: 2 } });
    for (const peerId of [...names, ...names.toReversed()]) {
      await client.call({ peerId }, echo(), OPTIONS);
    }
    assert.deepEqual(names.map((name) => peers.get(name)?.refusals), [2, 1, 1]);
    group.cancel();
  });
});

// docs/protocol.md, 2.11
Deno.test("RpcClient has one call at a time on a stream of such a peer, on few streams", async () => {
  const waiting: (() => void)[] = [];
  const onCall = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  await withPeer(async ({ caller, peer }) => {
    await using client = createRpcClient({ network: caller, limits: { maxSequentialStreams: 3 } });
    const calls = Array.from({ length: 8 }, (_, id) => client.call(SERVER, echo({ id }), OPTIONS));
    for (let answered = 0; answered < calls.length;) {
      await new Promise((resolve) => setTimeout(resolve));
      for (const answer of waiting.splice(0)) {
        answered++;
        answer();
      }
    }
    await Promise.all(calls);
    assert.equal(peer.mostRunning, 3);
    assert.equal(peer.handshakes.length, 3);
  }, { onCall });
});

// docs/protocol.md, 2.11
Deno.test("RpcClient opens another stream before such a peer has had its fill of frames", async () => {
  await withPeer(async ({ caller, peer }) => {
    await using client = createRpcClient({ network: caller });
    for (let id = 0; id < 7; id++) {
      assert.deepEqual((await client.call(SERVER, echo({ id }), OPTIONS)).content, { id });
    }
    // Three calls on each, besides the initialize.
    assert.equal(peer.handshakes.length, 3);
  }, { limits: { "max_frames": 4 } });
});

Deno.test("RpcClient keeps to the length that such a peer allows", async () => {
  await withPeer(async ({ caller }) => {
    await using client = createRpcClient({ network: caller });
    const calling = client.call(SERVER, echo({ text: "x".repeat(300) }), OPTIONS);
    await assert.rejects(calling, { code: "frame_too_large" });
    await client.call(SERVER, echo(), OPTIONS);
  }, { limits: { "max_frame_bytes": 300 } });
});

Deno.test("RpcClient leaves the stream of such a peer when it gives up a call", async () => {
  const [entered, leave] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const onCall = ({ slow }: JsonObject): Promise<void> => {
    if (slow !== true) return Promise.resolve();
    entered.resolve();
    return leave.promise;
  };
  await withPeer(async ({ caller, peer }) => {
    const limits = { maxSequentialStreams: 1 };
    await using client = createRpcClient({ network: caller, limits });
    const controller = new AbortController();
    const { signal } = controller;
    const slow = client.call(SERVER, echo({ slow: true }), { ...OPTIONS, signal });
    await entered.promise;
    const next = client.call(SERVER, echo({ next: true }), OPTIONS);
    controller.abort(new Error("enough"));
    await assert.rejects(slow, /enough/);
    assert.deepEqual((await next).content, { next: true });
    assert.equal(peer.handshakes.length, 2);
    leave.resolve();
  }, { onCall });
});

// docs/protocol.md, 2.10
Deno.test("RpcClient says when a peer speaks another language on the protocol", async () => {
  const hub = new MemoryHub();
  await using server = hub.open({ peerId: "server" });
  await using caller = hub.open({ peerId: "caller" });
  await runTaskGroup(async (group) => {
    await server.handle(group, RPC_PROTOCOL, async (stream) => {
      const peer = new RawPeer(stream);
      await peer.receive();
      await peer.send({ type: "response", method: "", id: "", error: "Invalid message" });
    });
    await using client = createRpcClient({ network: caller });
    const calling = client.call(SERVER, echo(), OPTIONS);
    await assert.rejects(calling, { code: "rpc_unsupported", message: /another language/ });
    group.cancel();
  });
});

Deno.test("RpcClient gives up a peer that goes on asking for initialize", async () => {
  const hub = new MemoryHub();
  await using server = hub.open({ peerId: "server" });
  await using caller = hub.open({ peerId: "caller" });
  await runTaskGroup(async (group) => {
    await server.handle(group, RPC_PROTOCOL, async (stream) => {
      const peer = new RawPeer(stream);
      const error = { code: -32000, message: "init_required" };
      await peer.send({ jsonrpc: "2.0", id: (await peer.receive())?.["id"], error });
    });
    await using client = createRpcClient({ network: caller });
    const calling = client.call(SERVER, echo(), OPTIONS);
    await assert.rejects(calling, { code: "rpc_refused", remoteCode: "init_required" });
    group.cancel();
  });
});
