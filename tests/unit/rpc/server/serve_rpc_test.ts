import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { DEFAULT_RPC_LIMITS, type RpcTool } from "../../../../src/rpc/mod.ts";
import { callOf, errorOf, RawPeer } from "../raw_peer.ts";
import { withNodes } from "./serve_nodes.ts";

function cancelled(requestId: number): JsonObject {
  return { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } };
}

/** Rejects until a request gets through, so that what was sent before has been dealt with. */
async function settle(peer: RawPeer, id: number): Promise<void> {
  await peer.send(callOf(id, "echo"));
  assert.equal((await peer.receive())?.["id"], id);
}

// docs/protocol.md, 2.4, 2.6
Deno.test("serveRpc answers calls of a tool with an object as content, without initialize", async () => {
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(7, "echo", { op: "list", text: "über" }));
    const content = { op: "list", text: "über" };
    assert.deepEqual(await peer.receive(), { jsonrpc: "2.0", id: 7, result: { content } });
    await peer.send({ ...callOf("x", "echo"), method: "tools.call" });
    assert.deepEqual(await peer.receive(), { jsonrpc: "2.0", id: "x", result: { content: {} } });
    await peer.stream.close();
  });
});

// docs/protocol.md, 2.5
Deno.test("serveRpc answers many requests of one stream, whichever is done first", async () => {
  await withNodes(async ({ caller, held }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(...[0, 1, 2].map((id) => callOf(id, "held", { id })));
    await held.at(2);
    for (const id of [2, 0, 1]) {
      held.calls[id]?.answer({ id });
      assert.deepEqual((await peer.receive())?.["result"], { content: { id } });
    }
    await peer.stream.close();
  });
});

// docs/protocol.md, 1.1
Deno.test("serveRpc tells a tool who calls, as the handshake has proven", async () => {
  await withNodes(async ({ caller, held }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(1, "held", { "peer_id": "somebody else" }));
    const { call, answer } = await held.at(0);
    assert.equal(call.peerId, "caller");
    answer({});
    await peer.receive();
    await peer.stream.close();
  });
});

// docs/protocol.md, 2.7
Deno.test("serveRpc sends events before the answer, to those who ask for them", async () => {
  await withNodes(async ({ caller, held }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(1, "held", { stream: true }), callOf(2, "held", { stream: "yes" }));
    for (const { call, answer } of [await held.at(0), await held.at(1)]) {
      call.sendEvent({ progress: 1 });
      call.sendEvent({ progress: 2 });
      answer({ done: true });
    }
    const event = (progress: number) => ({
      jsonrpc: "2.0",
      method: "notifications/task_queue/event",
      params: { id: 1, event: { progress } },
    });
    const answer = { jsonrpc: "2.0", id: 1, result: { content: { done: true } } };
    assert.deepEqual(await peer.receive(), event(1));
    assert.deepEqual(await peer.receive(), event(2));
    assert.deepEqual(await peer.receive(), answer);
    assert.deepEqual(await peer.receive(), { ...answer, id: 2 });
    await peer.stream.close();
  });
});

Deno.test("serveRpc sends a slow reader the newest of what may be replaced, and all else", async () => {
  await withNodes(async ({ caller, held }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(1, "held", { stream: true }));
    const { call, answer } = await held.at(0);
    const padding = "x".repeat(300_000);
    // These fill the stream; the next ones wait.
    for (let index = 0; index < 3; index++) call.sendEvent({ padding });
    await peer.receiveChunk();
    for (let at = 0; at < 50; at++) {
      call.sendEvent({ task: at }, { replaceKey: "task" });
      call.sendEvent({ log: at });
    }
    answer({});
    const seen = { tasks: [] as unknown[], logs: [] as unknown[] };
    for (let next = await peer.receive(); next?.["id"] === undefined;) {
      const { event } = next?.["params"] as { event: JsonObject };
      if ("task" in event) seen.tasks.push(event["task"]);
      if ("log" in event) seen.logs.push(event["log"]);
      next = await peer.receive();
    }
    assert.deepEqual(seen.logs, Array.from({ length: 50 }, (_, index) => index));
    assert.deepEqual(seen.tasks, [49]);
    await peer.stream.close();
  });
});

// docs/protocol.md, 2.8
Deno.test("serveRpc stops a cancelled call, sends no answer, and takes back what it did", async () => {
  await withNodes(async ({ caller, held }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(1, "held"));
    const { call } = await held.at(0);
    const undone = Promise.withResolvers<void>();
    call.onUndelivered(() => Promise.resolve(undone.resolve()));
    await peer.send(cancelled(1));
    await undone.promise;
    assert.match(String(call.signal.reason), /by its caller/);
    await settle(peer, 2);
    // The id is free again.
    await settle(peer, 1);
    await peer.stream.close();
  });
});

Deno.test("serveRpc takes back what a call did that ended although it was cancelled", async () => {
  const [entered, leave, undone] = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const echo: RpcTool = (args) => Promise.resolve(args);
  const stubborn: RpcTool = async (_args, call) => {
    call.onUndelivered(() => Promise.resolve(undone?.resolve()));
    entered?.resolve();
    await leave?.promise;
    return { ok: true };
  };
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(1, "stubborn"));
    await entered?.promise;
    await peer.send(cancelled(1));
    await settle(peer, 2);
    leave?.resolve();
    await undone?.promise;
    await peer.stream.close();
  }, { tools: new Map([["echo", echo], ["stubborn", stubborn]]) });
});

// docs/protocol.md, 2.8
Deno.test("serveRpc cancels all calls of a peer that hangs up", async () => {
  await withNodes(async ({ caller, held, logger }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(1, "held"), callOf(2, "held"));
    const calls = [await held.at(0), await held.at(1)];
    const undone = calls.map(({ call }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      call.onUndelivered(() => Promise.resolve(resolve()));
      return promise;
    });
    peer.stream.abort(new Error("gone"));
    await Promise.all(undone);
    for (const { call } of calls) assert.match(String(call.signal.reason), /hung up/);
    assert.deepEqual(logger.failures, []);
  });
});

Deno.test("serveRpc does not take back what was delivered", async () => {
  await withNodes(async ({ caller, held }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(1, "held"));
    const { call, answer } = await held.at(0);
    call.onUndelivered(() => Promise.reject(new Error("must not be called")));
    answer({ ok: true });
    assert.equal((await peer.receive())?.["id"], 1);
    await settle(peer, 2);
    await peer.stream.close();
  });
});

Deno.test("serveRpc takes back an answer that is too large, and says so", async () => {
  await withNodes(async ({ caller, held }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(1, "held"));
    const { call, answer } = await held.at(0);
    const undone = Promise.withResolvers<void>();
    call.onUndelivered(() => Promise.resolve(undone.resolve()));
    // Fewer characters than the limit, but more bytes.
    answer({ text: "ü".repeat(700) });
    assert.deepEqual(errorOf(await peer.receive()), [1, -32603, "frame_too_large"]);
    await undone.promise;
    await peer.stream.close();
  }, { limits: { maxFrameBytes: 1000 } });
});

Deno.test("serveRpc finishes the answers of a peer that has ended its half", async () => {
  await withNodes(async ({ caller, held }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(1, "held"));
    await peer.stream.closeWrite();
    (await held.at(0)).answer({ late: true });
    assert.deepEqual((await peer.receive())?.["result"], { content: { late: true } });
    assert.equal(await peer.receive(), null);
  });
});

Deno.test("serveRpc leaves no call behind when its group is cancelled", async () => {
  await withNodes(async ({ caller, group, held }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(1, "held"));
    const { call } = await held.at(0);
    // Still without a signal of its own: a tool may ask for it late.
    group.cancel("stop");
    await assert.rejects(peer.receive());
    assert.equal(call.signal.aborted, true);
  });
});

Deno.test("serveRpc answers a failure of a tool without its text, and logs it", async () => {
  await withNodes(async ({ caller, logger }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(1, "fail"));
    const answer = await peer.receive();
    assert.deepEqual(errorOf(answer), [1, -32603, "internal_error"]);
    assert.doesNotMatch(JSON.stringify(answer), /hunter2/);
    assert.equal(logger.failures.length, 1);
    await peer.stream.close();
  });
});

// docs/protocol.md, 2.5
Deno.test("serveRpc refuses an id that waits for its answer, and keeps the stream", async () => {
  await withNodes(async ({ caller, held }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(1, "held"), callOf(1, "echo"));
    assert.deepEqual(errorOf(await peer.receive()), [1, -32600, "invalid_request"]);
    (await held.at(0)).answer({});
    assert.equal((await peer.receive())?.["id"], 1);
    await peer.stream.close();
  });
});

// docs/protocol.md, 2.5, 6.1
Deno.test("serveRpc refuses requests above its limits, and keeps the stream", async () => {
  await withNodes(async ({ caller, held }) => {
    const [first, second] = [await RawPeer.open(caller), await RawPeer.open(caller)];
    await first.send(callOf(1, "held"), callOf(2, "held"), callOf(3, "held"));
    assert.deepEqual(errorOf(await first.receive()), [3, -32010, "too_many_requests"]);
    await second.send(callOf(1, "held"), callOf(2, "held"));
    assert.deepEqual(errorOf(await second.receive()), [2, -32010, "too_many_requests"]);
    (await held.at(0)).answer({});
    assert.equal((await first.receive())?.["id"], 1);
    await settle(second, 3);
    for (const { stream } of [first, second]) stream.abort(new Error("done"));
  }, { limits: { maxInFlightPerStream: 2, maxInFlightPerPeer: 3 } });
});

// docs/protocol.md, 6.1
Deno.test("serveRpc refuses more streams of one peer than it allows, not those of others", async () => {
  await withNodes(async ({ hub, caller }) => {
    const [first, excess] = [await RawPeer.open(caller), await RawPeer.open(caller)];
    await assert.rejects(excess.receive());
    await settle(first, 1);
    await using other = hub.open({ peerId: "other" });
    const foreign = await RawPeer.open(other);
    await settle(foreign, 1);
    await foreign.stream.close();
    await first.stream.close();
  }, { limits: { maxStreamsPerPeer: 1 } });
});

// docs/protocol.md, 6.2
Deno.test("serveRpc reads no faster than its rate, and closes nothing for that", async () => {
  await withNodes(async ({ caller, clock }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(...Array.from({ length: 14 }, (_, id) => callOf(id, "echo")));
    // Ten at once; then each one read has to be paid for first.
    for (let id = 0; id <= 10; id++) assert.equal((await peer.receive())?.["id"], id);
    let isNext = false;
    const next = peer.receive().then((answer) => {
      isNext = true;
      return answer;
    });
    await clock.advance(50);
    assert.equal(isNext, false);
    await clock.advance(100);
    assert.equal((await next)?.["id"], 11);
    // A second stream of the same peer has no budget of its own.
    const second = await RawPeer.open(caller);
    await second.send(callOf(1, "echo"), callOf(2, "echo"));
    assert.equal((await second.receive())?.["id"], 1);
    await clock.advance(1_000);
    assert.equal((await second.receive())?.["id"], 2);
    for (const { stream } of [peer, second]) stream.abort(new Error("done"));
  }, { limits: { maxFramesPerSecond: 10 } });
});

// docs/protocol.md, 6.1
Deno.test("serveRpc resets a stream whose frame does not arrive in time", async () => {
  await withNodes(async ({ caller, clock }) => {
    const peer = await RawPeer.open(caller);
    const ended = assert.rejects(peer.receive());
    // One byte now and then keeps no frame alive.
    for (const byte of [0, 0, 0, 9]) {
      await peer.stream.write(Uint8Array.of(byte));
      await clock.advance(300);
    }
    await ended;
  }, { limits: { frameTimeoutMs: 1_000 } });
});

Deno.test("serveRpc resets the stream of a peer that takes no answers", async () => {
  await withNodes(async ({ caller, clock, held, logger }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(...[1, 2, 3, 4, 5].map((id) => callOf(id, "held")));
    const { call } = await held.at(4);
    for (const { answer } of held.calls) answer({ text: "x".repeat(300_000) });
    const undone = Promise.withResolvers<void>();
    call.onUndelivered(() => Promise.resolve(undone.resolve()));
    await peer.receiveChunk();
    await clock.advance(DEFAULT_RPC_LIMITS.writeTimeoutMs);
    await undone.promise;
    await assert.rejects(peer.receiveAll());
    assert.deepEqual(logger.failures, []);
  });
});

// docs/protocol.md, 6.1
Deno.test("serveRpc ends an idle stream in good order, but not one with a call", async () => {
  await withNodes(async ({ caller, clock, held }) => {
    const [idle, busy] = [await RawPeer.open(caller), await RawPeer.open(caller)];
    await settle(idle, 1);
    await busy.send(callOf(1, "held"));
    const { answer } = await held.at(0);
    await clock.advance(1_000);
    assert.equal(await idle.receive(), null);
    await idle.stream.close();
    await clock.advance(10_000);
    answer({});
    assert.equal((await busy.receive())?.["id"], 1);
    busy.stream.abort(new Error("done"));
  }, { limits: { idleTimeoutMs: 1_000 } });
});

Deno.test("serveRpc serves a hundred streams that are opened at once", async () => {
  await withNodes(async ({ caller }) => {
    const ids = Array.from({ length: 100 }, (_, id) => id);
    await Promise.all(ids.map(async (id) => {
      const peer = await RawPeer.open(caller);
      await settle(peer, id);
      await peer.stream.close();
    }));
  });
});
