import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import type { Network, Stream } from "../../../../src/network/mod.ts";
import {
  createRpcClient,
  type RpcAnswer,
  type RpcClient,
  RpcClosedError,
} from "../../../../src/rpc/mod.ts";
import { withNodes } from "../server/serve_nodes.ts";
import { CountingNetwork, echo, SERVER, withServer } from "./raw_server.ts";

const OPTIONS = { timeoutMs: 1_000 };

function askHeld(client: RpcClient, args: JsonObject = {}): Promise<RpcAnswer> {
  return client.call(SERVER, { name: "held", args }, OPTIONS);
}

Deno.test("RpcClient calls a tool and says who answered", async () => {
  await withNodes(async ({ caller }) => {
    await using client = createRpcClient({ network: caller });
    const answer = await client.call(SERVER, echo({ a: "ü" }), OPTIONS);
    assert.deepEqual(answer, { content: { a: "ü" }, peerId: "server" });
  });
});

Deno.test("RpcClient keeps one stream to a peer for all calls, however it is addressed", async () => {
  await withNodes(async ({ caller, server }) => {
    const network = new CountingNetwork(caller);
    await using client = createRpcClient({ network });
    const [multiaddr = ""] = server.multiaddrs();
    const first = [SERVER, { multiaddr }, SERVER].map((to) => client.call(to, echo(), OPTIONS));
    await Promise.all(first);
    await client.call(SERVER, echo(), OPTIONS);
    assert.equal(network.opened, 1);
  });
});

Deno.test("RpcClient takes answers in whatever order they come", async () => {
  await withNodes(async ({ caller, held }) => {
    await using client = createRpcClient({ network: caller });
    const calls = [0, 1, 2].map((id) => askHeld(client, { id }));
    await held.at(2);
    for (const id of [2, 0, 1]) {
      held.calls[id]?.answer({ answered: id });
      assert.deepEqual((await calls[id])?.content, { answered: id });
    }
  });
});

Deno.test("RpcClient hands on events until the answer comes", async () => {
  await withNodes(async ({ caller, held }) => {
    await using client = createRpcClient({ network: caller });
    const events: JsonObject[] = [];
    const call = { name: "held", args: { stream: true } };
    const onEvent = (event: JsonObject): void => void events.push(event);
    const calling = client.call(SERVER, call, { ...OPTIONS, onEvent });
    const { call: served, answer } = await held.at(0);
    served.sendEvent({ at: 1 });
    served.sendEvent({ at: 2 });
    answer({});
    await calling;
    assert.deepEqual(events, [{ at: 1 }, { at: 2 }]);
  });
});

Deno.test("RpcClient cancels a call whose listener throws", async () => {
  await withNodes(async ({ caller, held }) => {
    await using client = createRpcClient({ network: caller });
    const call = { name: "held", args: { stream: true } };
    const onEvent = (): void => {
      throw new Error("enough events");
    };
    const calling = client.call(SERVER, call, { ...OPTIONS, onEvent });
    const { call: served } = await held.at(0);
    const { signal } = served;
    served.sendEvent({});
    await assert.rejects(calling, /enough events/);
    await client.call(SERVER, echo(), OPTIONS);
    assert.equal(signal.aborted, true);
  });
});

Deno.test("RpcClient gives up at the time limit, and tells the peer", async () => {
  await withNodes(async ({ caller, held }) => {
    const clock = new FakeClock();
    await using client = createRpcClient({ network: caller, clock });
    const late = assert.rejects(askHeld(client), { code: "rpc_timeout", message: /1000 ms/ });
    const { signal } = (await held.at(0)).call;
    await clock.advance(400);
    const later = assert.rejects(askHeld(client), { code: "rpc_timeout" });
    await held.at(1);
    await clock.advance(600);
    await late;
    await client.call(SERVER, echo(), OPTIONS);
    assert.match(String(signal.reason), /by its caller/);
    assert.equal((await held.at(1)).call.signal.aborted, false);
    await clock.advance(400);
    await later;
  });
});

Deno.test("RpcClient gives up with the signal's reason, and tells the peer", async () => {
  await withNodes(async ({ caller, held }) => {
    await using client = createRpcClient({ network: caller });
    const controller = new AbortController();
    const call = { name: "held", args: {} };
    const calling = client.call(SERVER, call, { ...OPTIONS, signal: controller.signal });
    const { signal } = (await held.at(0)).call;
    const reason = new Error("enough");
    controller.abort(reason);
    await assert.rejects(calling, (error) => error === reason);
    await client.call(SERVER, echo(), OPTIONS);
    assert.equal(signal.aborted, true);
    const again = client.call(SERVER, call, { ...OPTIONS, signal: controller.signal });
    await assert.rejects(again, (error) => error === reason);
  });
});

Deno.test("RpcClient gives up opening a stream at the time limit", async () => {
  await withNodes(async ({ caller, hub }) => {
    const clock = new FakeClock();
    hub.setReachability("server", "stalled");
    const network = new CountingNetwork(caller);
    await using client = createRpcClient({ network, clock });
    const calling = assert.rejects(client.call(SERVER, echo(), OPTIONS), { code: "rpc_timeout" });
    await clock.advance(1_000);
    await calling;
    hub.setReachability("server", "reachable");
    await client.call(SERVER, echo(), OPTIONS);
    assert.equal(network.opened, 1);
  });
});

Deno.test("RpcClient tells all who share it when a stream cannot be opened", async () => {
  await withNodes(async ({ caller, hub }) => {
    hub.setReachability("server", "unreachable");
    const network = new CountingNetwork(caller);
    await using client = createRpcClient({ network });
    const calls = [1, 2, 3].map(() => client.call(SERVER, echo(), OPTIONS));
    for (const call of calls) await assert.rejects(call, { code: "peer_unreachable" });
    assert.equal(network.asked, 1);
  });
});

Deno.test("RpcClient says when a peer does not serve the protocol", async () => {
  await withNodes(async ({ caller, hub }) => {
    await using _deaf = hub.open({ peerId: "deaf" });
    await using client = createRpcClient({ network: caller });
    const calling = client.call({ peerId: "deaf" }, echo(), OPTIONS);
    await assert.rejects(calling, { code: "rpc_unsupported", message: /does not serve/ });
  });
});

Deno.test("RpcClient gives the error that the peer answers with", async () => {
  await withNodes(async ({ caller }) => {
    await using client = createRpcClient({ network: caller });
    const calling = client.call(SERVER, { name: "nope", args: {} }, OPTIONS);
    const expected = { code: "rpc_refused", rpcCode: -32002, remoteCode: "unknown_tool" };
    await assert.rejects(calling, expected);
    await client.call(SERVER, echo(), OPTIONS);
  });
});

Deno.test("RpcClient does not send what is too long", async () => {
  await withNodes(async ({ caller }) => {
    await using client = createRpcClient({ network: caller, limits: { maxFrameBytes: 200 } });
    const calling = client.call(SERVER, echo({ text: "x".repeat(200) }), OPTIONS);
    await assert.rejects(calling, { code: "frame_too_large" });
    await client.call(SERVER, echo(), OPTIONS);
  });
});

Deno.test("RpcClient fails all calls of a stream that breaks, and opens another for the next", async () => {
  await withServer(async ({ caller, streams }) => {
    const network = new CountingNetwork(caller);
    await using client = createRpcClient({ network });
    const calls = [1, 2].map(() => client.call(SERVER, echo(), OPTIONS));
    const first = await streams.next();
    await first.receive();
    first.stream.abort(new Error("crash"));
    for (const call of calls) {
      await assert.rejects(call, (error) => error instanceof RpcClosedError && error.isSent);
    }
    const next = client.call(SERVER, echo(), OPTIONS);
    const second = await streams.next();
    await second.answer({ again: true });
    assert.deepEqual((await next).content, { again: true });
    assert.equal(network.opened, 2);
    await second.stream.closeWrite();
  });
});

Deno.test("RpcClient does not resend what a peer may have got before it ended the stream", async () => {
  await withServer(async ({ caller, streams }) => {
    const network = new CountingNetwork(caller);
    await using client = createRpcClient({ network });
    const calling = client.call(SERVER, echo(), OPTIONS);
    const peer = await streams.next();
    await peer.receive();
    await peer.stream.closeWrite();
    await assert.rejects(calling, { code: "rpc_closed", isSent: true });
    assert.equal(network.opened, 1);
  });
});

Deno.test("RpcClient sends on another stream what has not left when its own is lost", async () => {
  await withServer(async ({ caller, streams }) => {
    const network = new CountingNetwork(caller);
    await using client = createRpcClient({ network });
    // The first fills the stream, which nobody reads; the second one has to wait behind it.
    const stuck = client.call(SERVER, echo({ text: "x".repeat(400_000) }), OPTIONS);
    const first = await streams.next();
    await first.receiveChunk();
    const waiting = client.call(SERVER, echo({ second: true }), OPTIONS);
    await new Promise((resolve) => setTimeout(resolve));
    first.stream.abort(new Error("crash"));
    await assert.rejects(stuck, { code: "rpc_closed", isSent: true });
    const next = await streams.next();
    const { params } = (await next.receive()) as unknown as { params: { arguments: unknown } };
    assert.deepEqual(params.arguments, { second: true });
    await next.answerLast({ ok: true });
    assert.deepEqual((await waiting).content, { ok: true });
    await next.stream.closeWrite();
  });
});

Deno.test("RpcClient uses more streams when one is full, and then lets calls wait their turn", async () => {
  await withNodes(async ({ caller, held }) => {
    const network = new CountingNetwork(caller);
    const limits = { maxInFlightPerStream: 2, maxStreamsPerPeer: 2 };
    await using client = createRpcClient({ network, limits });
    const calls = [0, 1, 2, 3, 4, 5].map((id) => askHeld(client, { id }));
    await held.at(3);
    await new Promise((resolve) => setTimeout(resolve));
    assert.deepEqual([network.opened, held.calls.length], [2, 4]);
    held.calls[2]?.answer({});
    assert.deepEqual((await held.at(4)).args, { id: 4 });
    held.calls[0]?.answer({});
    assert.deepEqual((await held.at(5)).args, { id: 5 });
    for (const { answer } of held.calls) answer({});
    await Promise.all(calls);
  });
});

Deno.test("RpcClient gives a place that comes free to the next when the first has given up", async () => {
  await withNodes(async ({ caller, held }) => {
    const limits = { maxInFlightPerStream: 1, maxStreamsPerPeer: 1 };
    await using client = createRpcClient({ network: caller, limits });
    const first = askHeld(client);
    await held.at(0);
    const controller = new AbortController();
    const { signal } = controller;
    const impatient = client.call(SERVER, echo(), { ...OPTIONS, signal });
    const patient = client.call(SERVER, echo({ patient: true }), OPTIONS);
    controller.abort(new Error("enough"));
    await assert.rejects(impatient, /enough/);
    held.calls[0]?.answer({});
    await first;
    assert.deepEqual((await patient).content, { patient: true });
  });
});

Deno.test("RpcClient closes a stream that is not used, in good order", async () => {
  await withServer(async ({ caller, streams }) => {
    const clock = new FakeClock();
    const network = new CountingNetwork(caller);
    await using client = createRpcClient({ network, clock, limits: { idleTimeoutMs: 1_000 } });
    const calling = client.call(SERVER, echo(), { timeoutMs: 60_000 });
    const peer = await streams.next();
    await clock.advance(5_000);
    await peer.answer({});
    await calling;
    await clock.advance(1_000);
    assert.equal(await peer.receive(), null);
    await peer.stream.closeWrite();
    const next = client.call(SERVER, echo(), { timeoutMs: 60_000 });
    const second = await streams.next();
    await second.answer({});
    await next;
    assert.equal(network.opened, 2);
    await second.stream.closeWrite();
  });
});

Deno.test("RpcClient refuses answers that are not an object as content", async () => {
  await withServer(async ({ caller, streams }) => {
    await using client = createRpcClient({ network: caller });
    const calling = client.call(SERVER, echo(), OPTIONS);
    const peer = await streams.next();
    const request = await peer.receive();
    await peer.send({ jsonrpc: "2.0", id: request?.["id"], result: { content: [] } });
    await assert.rejects(calling, { code: "invalid_message" });
    const next = client.call(SERVER, echo(), OPTIONS);
    await peer.answer({ ok: true });
    await next;
    await peer.stream.closeWrite();
  });
});

Deno.test("RpcClient ignores answers to nothing and messages that it did not ask for", async () => {
  await withServer(async ({ caller, streams }) => {
    await using client = createRpcClient({ network: caller });
    const calling = client.call(SERVER, echo(), OPTIONS);
    const peer = await streams.next();
    await peer.send(
      { jsonrpc: "2.0", id: 999, result: { content: {} } },
      { jsonrpc: "2.0", id: 1, method: "ping" },
      { jsonrpc: "2.0", method: "notifications/task_queue/event", params: { id: 999, event: {} } },
      { jsonrpc: "2.0", method: "notifications/task_queue/event", params: 5 },
    );
    await peer.answer({ ok: true });
    assert.deepEqual((await calling).content, { ok: true });
    await peer.stream.closeWrite();
  });
});

const BROKEN: readonly (readonly [string, (stream: Stream) => Promise<void>])[] = [
  ["no JSON", (stream) => stream.write(Uint8Array.of(0, 0, 0, 1, 0x7b))],
  ["a frame that is too large", (stream) => stream.write(Uint8Array.of(0xff, 0, 0, 0))],
  ["half a frame", async (stream) => {
    await stream.write(Uint8Array.of(0, 0));
    await stream.closeWrite();
  }],
];

for (const [name, send] of BROKEN) {
  Deno.test(`RpcClient gives up a stream on which comes ${name}`, async () => {
    await withServer(async ({ caller, streams }) => {
      await using client = createRpcClient({ network: caller });
      const calling = client.call(SERVER, echo(), OPTIONS);
      const peer = await streams.next();
      await peer.receive();
      await send(peer.stream);
      await assert.rejects(calling, { code: "rpc_closed", isSent: true });
      await assert.rejects(peer.receive());
    });
  });
}

Deno.test("RpcClient takes an error without an id as one for all calls", async () => {
  await withServer(async ({ caller, streams }) => {
    await using client = createRpcClient({ network: caller });
    const calls = [1, 2].map(() => client.call(SERVER, echo(), OPTIONS));
    const peer = await streams.next();
    await peer.send({ jsonrpc: "2.0", id: null, error: { code: -32003, message: "invalid_json" } });
    for (const call of calls) {
      await assert.rejects(call, { code: "rpc_refused", remoteCode: "invalid_json" });
    }
  });
});

Deno.test("RpcClient leaves nothing behind when it is disposed of", async () => {
  await withNodes(async ({ caller, held, logger }) => {
    const client = createRpcClient({ network: caller });
    const calling = assert.rejects(askHeld(client), { code: "rpc_closed", message: /is closed/ });
    const { signal } = (await held.at(0)).call;
    await client[Symbol.asyncDispose]();
    await calling;
    await client[Symbol.asyncDispose]();
    const late = client.call(SERVER, echo(), OPTIONS);
    await assert.rejects(late, { code: "rpc_closed", isSent: false });
    if (!signal.aborted) {
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    }
    assert.deepEqual(logger.failures, []);
  });
});

Deno.test("RpcClient can be disposed of while streams are opened and calls wait", async () => {
  await withNodes(async ({ caller, hub }) => {
    hub.setReachability("server", "stalled");
    const limits = { maxInFlightPerStream: 1, maxStreamsPerPeer: 1 };
    const client = createRpcClient({ network: caller, limits });
    const calls = [1, 2, 3].map(() => client.call(SERVER, echo(), OPTIONS));
    const ended = calls.map((call) => assert.rejects(call, { code: "rpc_closed", isSent: false }));
    await new Promise((resolve) => setTimeout(resolve));
    await client[Symbol.asyncDispose]();
    await Promise.all(ended);
  });
});

Deno.test("RpcClient that was never used has nothing to dispose of", async () => {
  const client = createRpcClient({ network: {} as Network });
  await client[Symbol.asyncDispose]();
});
