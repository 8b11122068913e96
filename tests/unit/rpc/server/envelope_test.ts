import assert from "node:assert/strict";
import { RawPeer } from "../raw_peer.ts";
import { withNodes } from "./serve_nodes.ts";

function request(method: string, params: unknown = {}): unknown {
  return { type: "request", id: "m-1", method, params, sender: "somebody else", timestamp: 1.5 };
}

// docs/protocol.md, 2.10
Deno.test("serveRpc answers a request in an envelope with one envelope", async () => {
  await withNodes(async ({ caller, clock }) => {
    await clock.advance(1_500);
    const peer = await RawPeer.open(caller);
    await peer.send(request("tools/call", { name: "echo", arguments: { a: 1 } }));
    const common = { type: "response", id: "m-1", sender: "server", timestamp: 1.5 };
    const result = { content: { a: 1 } };
    assert.deepEqual(await peer.receive(), { ...common, method: "tools/call", result });
    await peer.send(request("echo", { a: 1 }));
    assert.deepEqual(await peer.receive(), { ...common, method: "echo", result });
    await peer.stream.close();
  });
});

Deno.test("serveRpc answers an envelope with an error as text", async () => {
  await withNodes(async ({ caller, logger }) => {
    const peer = await RawPeer.open(caller);
    const asked: readonly (readonly [string, unknown, string])[] = [
      ["nope", {}, "method_not_found"],
      ["tools/call", { name: "zzz" }, "unknown_tool"],
      ["tools/call", { name: "echo", arguments: 5 }, "invalid_params"],
      ["fail", {}, "internal_error"],
    ];
    for (const [method, params, error] of asked) {
      await peer.send(request(method, params));
      const answer = await peer.receive();
      assert.deepEqual([answer?.["type"], answer?.["method"], answer?.["error"]], [
        "response",
        method,
        error,
      ]);
    }
    assert.equal(logger.failures.length, 1);
    await peer.stream.close();
  });
});

Deno.test("serveRpc lists its tools to those who ask in an envelope", async () => {
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(request("tools/list"));
    const { result } = (await peer.receive()) as unknown as {
      result: { tools: { name: string }[] };
    };
    assert.deepEqual(result.tools.map(({ name }) => name), ["echo", "held", "fail"]);
    await peer.stream.close();
  });
});

Deno.test("serveRpc bounds requests in envelopes like all others, whatever their ids", async () => {
  await withNodes(async ({ caller, held }) => {
    const peer = await RawPeer.open(caller);
    const asking = request("tools/call", { name: "held" });
    await peer.send(asking, asking, asking);
    assert.equal((await peer.receive())?.["error"], "too_many_requests");
    for (const index of [0, 1]) {
      (await held.at(index)).answer({ index });
      assert.deepEqual((await peer.receive())?.["result"], { content: { index } });
    }
    await peer.stream.close();
  }, { limits: { maxInFlightPerStream: 2 } });
});

Deno.test("serveRpc repeats in an envelope nothing that is too long", async () => {
  await withNodes(async ({ caller, logger }) => {
    const peer = await RawPeer.open(caller);
    const long = "x".repeat(2_000);
    await peer.send(request(long), { type: "request", id: long, method: "echo", params: {} });
    assert.equal((await peer.receive())?.["id"], null);
    await peer.stream.close();
    assert.deepEqual(logger.failures, []);
  });
});
