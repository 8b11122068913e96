import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { encodeFrame } from "../../../../src/codec/mod.ts";
import { callOf, errorOf, RawPeer } from "../raw_peer.ts";
import { withNodes } from "./serve_nodes.ts";

const FRAMES = { maxFrameBytes: 1_000_000 };

const UNREADABLE: readonly (readonly [string, Uint8Array, string])[] = [
  ["what is not JSON", encodeFrame("{", FRAMES), "invalid_json"],
  ["an empty frame", encodeFrame("", FRAMES), "invalid_json"],
  ["what is not UTF-8", encodeFrame(Uint8Array.of(0x22, 0xff, 0x22), FRAMES), "invalid_json"],
  ["what is nested too deeply", encodeFrame("[".repeat(5_000), FRAMES), "invalid_json"],
  ["an array", encodeFrame("[1]", FRAMES), "invalid_message"],
  ["a text", encodeFrame('"hello"', FRAMES), "invalid_message"],
  ["a frame that announces itself as too large", Uint8Array.of(0, 16, 0, 1), "frame_too_large"],
];

for (const [name, bytes, code] of UNREADABLE) {
  // docs/protocol.md, 2.2, 2.3
  Deno.test(`serveRpc answers ${name} with an error and closes the stream`, async () => {
    await withNodes(async ({ caller, logger }) => {
      const peer = await RawPeer.open(caller);
      await peer.stream.write(bytes);
      const error = { code: -32003, message: code, data: { code } };
      assert.deepEqual(await peer.receiveAll(), [{ jsonrpc: "2.0", id: null, error }]);
      await peer.stream.close();
      assert.deepEqual(logger.failures, []);
    });
  });
}

Deno.test("serveRpc cancels what is under way on a stream that turns out unreadable", async () => {
  await withNodes(async ({ caller, held }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(callOf(1, "held"));
    const { call } = await held.at(0);
    const { signal } = call;
    await peer.sendBody("nonsense");
    assert.deepEqual(errorOf(await peer.receive()), [null, -32003, "invalid_json"]);
    assert.equal(await peer.receive(), null);
    assert.equal(signal.aborted, true);
    await peer.stream.close();
  });
});

const INVALID: readonly (readonly [string, unknown, readonly unknown[]])[] = [
  ["a method that is no text", { jsonrpc: "2.0", id: 1, method: 5 }, [null, -32600]],
  ["an id that is neither text nor integer", { jsonrpc: "2.0", id: 1.5, method: "x" }, [
    null,
    -32600,
  ]],
  ["an id that is null", { jsonrpc: "2.0", id: null, method: "x" }, [null, -32600]],
  ["an id that is too long", callOf("x".repeat(1_025), "echo"), [null, -32600]],
  ["an unknown method", { jsonrpc: "2.0", id: 1, method: "nope" }, [1, -32601]],
  ["an unknown tool", callOf(1, "zzz"), [1, -32002]],
  ["a call without a name", { jsonrpc: "2.0", id: 1, method: "tools/call" }, [1, -32002]],
  ["parameters that are no object", { jsonrpc: "2.0", id: 1, method: "tools/list", params: [1] }, [
    1,
    -32602,
  ]],
  ["arguments that are no object", callOf(1, "echo", [] as never), [1, -32602]],
];

for (const [name, message, expected] of INVALID) {
  Deno.test(`serveRpc answers ${name} with an error and keeps the stream`, async () => {
    await withNodes(async ({ caller }) => {
      const peer = await RawPeer.open(caller);
      await peer.send(message);
      assert.deepEqual(errorOf(await peer.receive()).slice(0, 2), expected);
      await peer.send(callOf(2, "echo"));
      assert.equal((await peer.receive())?.["id"], 2);
      await peer.stream.close();
    });
  });
}

// docs/protocol.md, 3.3
Deno.test("serveRpc reads the tokens that Python writes for numbers that JSON does not have", async () => {
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    const call = JSON.stringify(callOf(1, "echo", { loss: 0 })).replace("0}", "NaN}");
    await peer.sendBody(call);
    assert.deepEqual((await peer.receive())?.["result"], { content: { loss: null } });
    await peer.stream.close();
  });
});

Deno.test("serveRpc does not answer what is no request", async () => {
  await withNodes(async ({ caller, logger }) => {
    const peer = await RawPeer.open(caller);
    await peer.send(
      { jsonrpc: "2.0", id: 1, result: {} },
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 9 } },
      { jsonrpc: "2.0", method: "tools/call", params: { name: "held" } },
      { type: "event", method: "x" },
      callOf(2, "echo"),
    );
    assert.equal((await peer.receive())?.["id"], 2);
    assert.equal(logger.lines.filter(({ message }) => /not taken/.test(message)).length, 5);
    await peer.stream.close();
  });
});

Deno.test("serveRpc survives whatever bytes a peer sends", async () => {
  const member = fc.oneof(fc.anything(), fc.constantFrom("tools/call", "initialize", "2.0", 1));
  const message = fc.record({
    jsonrpc: fc.constantFrom("2.0", "2.0", "1.0", 2),
    type: fc.constantFrom("request", "response", 5),
    id: member,
    method: fc.oneof(
      fc.constantFrom("tools/call", "initialize", "notifications/cancelled"),
      member,
    ),
    params: fc.oneof(member, fc.constant({ name: "echo", arguments: { stream: true } })),
  }, { requiredKeys: [] }).map((value) => new TextEncoder().encode(toText(value)));
  const body = fc.oneof(fc.uint8Array({ maxLength: 60 }), message);
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
          await peer.receiveAll();
        } catch {
          // A reset is an answer too.
        }
        const other = await RawPeer.open(caller);
        await other.send(callOf(1, "echo"));
        assert.equal((await other.receive())?.["id"], 1);
        await other.stream.close();
      }),
      { numRuns: 150 },
    );
    assert.deepEqual(logger.failures, []);
  }, { limits: { maxFrameBytes: 10_000 } });
});

Deno.test("serveRpc keeps nothing of malformed requests", async () => {
  await withNodes(async ({ caller }) => {
    const abuse = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index++) {
        const [, bytes = new Uint8Array()] = UNREADABLE[index % UNREADABLE.length] ?? [];
        const peer = await RawPeer.open(caller);
        await peer.stream.write(bytes);
        await peer.receiveAll();
        await peer.stream.close();
      }
    };
    await abuse(500);
    collectGarbage();
    const before = Deno.memoryUsage().heapUsed;
    await abuse(10_000);
    collectGarbage();
    const grownBytes = Deno.memoryUsage().heapUsed - before;
    assert.ok(grownBytes < 2_000_000, `grew by ${grownBytes} bytes`);
  });
});

/** So that only what is still held counts. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

function toText(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => typeof inner === "bigint" ? 0 : inner) ?? "";
}
