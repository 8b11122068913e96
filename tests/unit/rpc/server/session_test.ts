import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import type { OpenRpcSession, RpcSessionPort } from "../../../../src/rpc/mod.ts";
import { callOf, errorOf, RawPeer } from "../raw_peer.ts";
import { withNodes } from "./serve_nodes.ts";

function ask(id: number, method: string, params: JsonObject = {}): JsonObject {
  return { jsonrpc: "2.0", id, method, params };
}

const CAPABLE = { capabilities: {}, clientInfo: { name: "mcp client", version: "1" } };

/** Answers every request with its method. */
const mirror: OpenRpcSession = async (port) => {
  for (let next = await port.receive(); next !== null; next = await port.receive()) {
    if (next["id"] === undefined) continue;
    await port.send({ jsonrpc: "2.0", id: next["id"], result: { method: next["method"] ?? "" } });
  }
};

// docs/protocol.md, 2.9
Deno.test("serveRpc opens a session for what is no call of its tools, once for each stream", async () => {
  let opened = 0;
  const openSession: OpenRpcSession = (port, signal) => {
    opened++;
    return mirror(port, signal);
  };
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(1, "echo"));
    assert.deepEqual((await peer.receive())?.["result"], { content: {} });
    assert.equal(opened, 0);
    await peer.send(ask(2, "tools/list"), callOf(3, "of another"), callOf(4, "echo"));
    const results = [await peer.receive(), await peer.receive(), await peer.receive()];
    const byId = new Map(results.map((answer) => [answer?.["id"], answer?.["result"]]));
    assert.deepEqual(byId.get(2), { method: "tools/list" });
    assert.deepEqual(byId.get(3), { method: "tools/call" });
    assert.deepEqual(byId.get(4), { content: {} });
    assert.equal(opened, 1);
    await peer.stream.close();
  }, { openSession });
});

Deno.test("serveRpc adds what queue clients look for to the session's answer to initialize", async () => {
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(ask(1, "initialize", CAPABLE), ask(2, "tools/list"));
    const { result } = (await peer.receive()) as unknown as { result: JsonObject };
    assert.equal(result["method"], "initialize");
    assert.equal(result["ok"], true);
    assert.equal(result["transport"], "/mcp+p2p/1.0.0");
    assert.deepEqual((await peer.receive())?.["result"], { method: "tools/list" });
    await peer.stream.close();
  }, { openSession: mirror });
});

Deno.test("serveRpc answers itself what the session declines, and then what follows", async () => {
  const openSession: OpenRpcSession = async (port) => {
    for (let next = await port.receive(); next !== null; next = await port.receive()) {
      port.decline(next);
    }
  };
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(ask(1, "initialize", CAPABLE));
    const { result } = (await peer.receive()) as unknown as { result: JsonObject };
    assert.equal(result["protocolVersion"], "2024-11-05");
    await peer.send(ask(2, "nope"), ask(3, "nope", { "_meta": {} }));
    assert.deepEqual(errorOf(await peer.receive()), [2, -32601, "method_not_found"]);
    assert.deepEqual(errorOf(await peer.receive()), [3, -32601, "method_not_found"]);
    await peer.stream.close();
  }, { openSession });
});

Deno.test("serveRpc counts requests of the session until they are answered or released", async () => {
  const { promise: opened, resolve } = Promise.withResolvers<RpcSessionPort>();
  const openSession: OpenRpcSession = async (port) => {
    resolve(port);
    while (await port.receive() !== null);
  };
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(ask(1, "slow"), ask(2, "slow"), ask(3, "slow"));
    assert.deepEqual(errorOf(await peer.receive()), [3, -32010, "too_many_requests"]);
    const port = await opened;
    await port.send({ jsonrpc: "2.0", id: 1, result: {} });
    assert.equal((await peer.receive())?.["id"], 1);
    port.release(2);
    await peer.send(callOf(4, "echo"), callOf(5, "echo"));
    assert.deepEqual([(await peer.receive())?.["id"], (await peer.receive())?.["id"]], [4, 5]);
    await peer.stream.close();
  }, { openSession, limits: { maxInFlightPerStream: 2 } });
});

Deno.test("serveRpc tells the session of the end when all requests are answered", async () => {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const openSession: OpenRpcSession = async (port) => {
    const request = await port.receive();
    const end = port.receive();
    await port.send({ jsonrpc: "2.0", id: request?.["id"] ?? 0, result: {} });
    assert.equal(await end, null);
    resolve();
  };
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(ask(1, "slow"));
    await peer.stream.closeWrite();
    assert.equal((await peer.receive())?.["id"], 1);
    assert.equal(await peer.receive(), null);
    await ended;
  }, { openSession });
});

Deno.test("serveRpc tells the session of the end when the peer hangs up", async () => {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const openSession: OpenRpcSession = async (port) => {
    while (await port.receive() !== null);
    resolve();
  };
  await withNodes(async ({ caller, logger }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(ask(1, "slow"), callOf(2, "echo"));
    assert.equal((await peer.receive())?.["id"], 2);
    peer.stream.abort(new Error("gone"));
    await ended;
    assert.deepEqual(logger.failures, []);
  }, { openSession });
});

Deno.test("serveRpc closes the stream when its session is over", async () => {
  await withNodes(async ({ caller, logger }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(ask(1, "last"));
    assert.equal(await peer.receive(), null);
    await peer.stream.close();
    assert.deepEqual(logger.failures, []);
  }, { openSession: async (port) => void await port.receive() });
});

Deno.test("serveRpc resets the stream when its session fails, and goes on", async () => {
  await withNodes(async ({ caller, logger }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(ask(1, "fatal"));
    await assert.rejects(peer.receive());
    assert.equal(logger.failures.length, 1);
    const next = await RawPeer.open(caller);
    await next.send(callOf(1, "echo"));
    assert.equal((await next.receive())?.["id"], 1);
    await next.stream.close();
  }, { openSession: () => Promise.reject(new Error("broken")) });
});

Deno.test("serveRpc hands answers of the peer to the session that has asked", async () => {
  const { promise: answered, resolve } = Promise.withResolvers<JsonObject | null>();
  const openSession: OpenRpcSession = async (port) => {
    await port.receive();
    await port.send({ jsonrpc: "2.0", id: "q1", method: "ping" });
    resolve(await port.receive());
  };
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    // Without a session there is nobody who could have asked.
    await peer.send({ jsonrpc: "2.0", id: "q0", result: {} }, ask(1, "begin"));
    assert.equal((await peer.receive())?.["method"], "ping");
    await peer.send({ jsonrpc: "2.0", id: "q1", result: { here: true } });
    assert.deepEqual(await answered, { jsonrpc: "2.0", id: "q1", result: { here: true } });
    await peer.stream.close();
  }, { openSession });
});

Deno.test("serveRpc keeps a quiet stream as long as its session holds it", async () => {
  const { promise: opened, resolve } = Promise.withResolvers<RpcSessionPort>();
  const openSession: OpenRpcSession = async (port) => {
    resolve(port);
    port.setHeld(true);
    port.release(1);
    while (await port.receive() !== null);
  };
  await withNodes(async ({ caller, clock }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(ask(1, "news please"));
    const port = await opened;
    await clock.advance(10_000);
    await port.send({ jsonrpc: "2.0", method: "notifications/news" });
    assert.equal((await peer.receive())?.["method"], "notifications/news");
    port.setHeld(false);
    await clock.advance(2_500);
    assert.equal(await peer.receive(), null);
    await peer.stream.close();
  }, { openSession, limits: { idleTimeoutMs: 1_000 } });
});

Deno.test("serveRpc does not read on while the session has too much to do", async () => {
  const { promise: opened, resolve } = Promise.withResolvers<RpcSessionPort>();
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const openSession: OpenRpcSession = async (port) => {
    resolve(port);
    await over;
  };
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(
      ask(1, "slow"),
      ...Array.from({ length: 100 }, () => ({
        jsonrpc: "2.0",
        method: "notifications/something",
      })),
    );
    await peer.send(callOf(2, "echo"));
    const port = await opened;
    const answer = peer.receive();
    let isAnswered = false;
    answer.then(() => isAnswered = true, () => {});
    await new Promise((next) => setTimeout(next));
    assert.equal(isAnswered, false);
    for (let count = 0; count < 101; count++) await port.receive();
    assert.equal((await answer)?.["id"], 2);
    end();
    await peer.receiveAll();
    await peer.stream.close();
  }, { openSession });
});
