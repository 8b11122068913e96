import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonObject } from "../../../../../src/codec/mod.ts";
import { JsonLineReader } from "../../../../../src/mcp/server/channel/json_line_reader.ts";
import {
  openStdioChannel,
  type StdioChannel,
} from "../../../../../src/mcp/server/channel/open_stdio_channel.ts";

const { signal } = new AbortController();

/** A channel that reads the chunks, and keeps what it writes. */
function openChannel(
  chunks: readonly (string | Uint8Array)[],
  limits: { readonly maxLineBytes?: number; readonly maxOutputBytes?: number } = {},
): { readonly channel: StdioChannel; readonly written: () => readonly JsonObject[] } {
  const output: string[] = [];
  const encoder = new TextEncoder();
  const input = ReadableStream.from(
    chunks.map((chunk) => typeof chunk === "string" ? encoder.encode(chunk) : chunk),
  ) as ReadableStream<Uint8Array>;
  const sink = new WritableStream<Uint8Array>({
    write: (chunk) => void output.push(new TextDecoder().decode(chunk)),
  });
  const written = (): readonly JsonObject[] =>
    output.join("").split("\n").slice(0, -1).map((line) => JSON.parse(line));
  return { channel: openStdioChannel({ input, output: sink, ...limits }), written };
}

async function receiveAll(channel: StdioChannel): Promise<readonly JsonObject[]> {
  const messages: JsonObject[] = [];
  for (
    let next = await channel.receive(signal);
    next !== null;
    next = await channel.receive(signal)
  ) messages.push(next);
  return messages;
}

Deno.test("openStdioChannel reads a message from each line, however they are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ method: fc.string(), params: fc.dictionary(fc.string(), fc.jsonValue()) }),
        {
          maxLength: 6,
        },
      ),
      fc.constantFrom("\n", "\r\n", "\n\n", "\n  \n"),
      fc.boolean(),
      fc.array(fc.nat({ max: 200 }), { maxLength: 12 }),
      async (messages, lineBreak, hasLast, cuts) => {
        const lines = messages.map((message) => JSON.stringify(message));
        const text = lines.join(lineBreak) + (hasLast ? lineBreak : "");
        const bytes = new TextEncoder().encode(text);
        const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((end, index) => bytes.slice(edges[index], end));
        const { channel, written } = openChannel(chunks);
        await using _open = channel;
        assert.deepEqual(await receiveAll(channel), lines.map((line) => JSON.parse(line)));
        assert.deepEqual(written(), []);
      },
    ),
    { numRuns: 200 },
  );
});

const BAD_LINES: readonly (readonly [string, string | Uint8Array, number, string])[] = [
  ["is not JSON", "{oops", -32700, "not_json"],
  ["is not UTF-8", Uint8Array.of(0x22, 0xff, 0x22), -32700, "not_json"],
  ["is nested too deeply", "[".repeat(10_000), -32700, "not_json"],
  ["is an array", '[{"jsonrpc":"2.0","method":"x"}]', -32600, "not_an_object"],
  ["is a number", "1", -32600, "not_an_object"],
  ["is too long", `{"text":"${"x".repeat(20_000)}"}`, -32600, "line_too_long"],
];

for (const [name, line, code, stable] of BAD_LINES) {
  Deno.test(`openStdioChannel answers a line that ${name} with an error and goes on`, async () => {
    const chunks = ['{"method":"first"}\n', line, '\n{"method":"last"}\n'];
    const { channel, written } = openChannel(chunks, { maxLineBytes: 15_000 });
    await using _open = channel;
    assert.deepEqual(await receiveAll(channel), [{ method: "first" }, { method: "last" }]);
    const [answer, ...others] = written();
    assert.deepEqual(others, []);
    const error = answer?.["error"] as JsonObject;
    assert.deepEqual([answer?.["jsonrpc"], answer?.["id"]], ["2.0", null]);
    assert.deepEqual([error["code"], error["data"]], [code, { code: stable }]);
  });
}

Deno.test("openStdioChannel takes a line of exactly the longest length, with either line break", async () => {
  const line = `{"a":"${"x".repeat(92)}"}`;
  assert.equal(line.length, 100);
  const { channel, written } = openChannel([`${line}\r\n${line}\n${line}`], { maxLineBytes: 100 });
  await using _open = channel;
  assert.equal((await receiveAll(channel)).length, 3);
  assert.deepEqual(written(), []);
});

Deno.test("JsonLineReader keeps nothing of a line that never ends", async () => {
  const chunk = new Uint8Array(64 * 1024).fill(0x61);
  const held: number[] = [];
  const chunks = new ReadableStream<Uint8Array>({
    pull(controller) {
      held.push(reader.heldBytes);
      if (held.length > 100) controller.close();
      else controller.enqueue(chunk);
    },
  }, { highWaterMark: 0 });
  const reader = new JsonLineReader(chunks.getReader(), { maxLineBytes: 100_000 });
  assert.deepEqual(await reader.read(), { problem: "line_too_long" });
  assert.equal(held[1], 64 * 1024);
  assert.deepEqual(held.slice(2).filter((bytes) => bytes > 0), []);
});

Deno.test("openStdioChannel reads no further than it is asked to", async () => {
  let pulled = 0;
  const input = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new TextEncoder().encode('{"method":"x"}\n'));
    },
  }, { highWaterMark: 0 });
  await using channel = openStdioChannel({ input, output: new WritableStream() });
  await channel.receive(signal);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(pulled, 1);
});

Deno.test("openStdioChannel gives up a wait with the signal's reason", async () => {
  const input = new ReadableStream<Uint8Array>();
  await using channel = openStdioChannel({ input, output: new WritableStream() });
  const controller = new AbortController();
  const receiving = channel.receive(controller.signal);
  controller.abort(new Error("enough"));
  await assert.rejects(receiving, /enough/);
});

Deno.test("openStdioChannel writes one line for each message, whole and in order", async () => {
  const { channel, written } = openChannel([]);
  await using _open = channel;
  const messages = Array.from({ length: 20 }, (_, id) => ({ id, text: "ä\n\u2028".repeat(id) }));
  await Promise.all(messages.map((message) => channel.send(message)));
  assert.deepEqual(written(), messages);
});

Deno.test("openStdioChannel refuses to write what is too long or no JSON, and goes on", async () => {
  const { channel, written } = openChannel([], { maxOutputBytes: 100 });
  await using _open = channel;
  await assert.rejects(channel.send({ text: "ä".repeat(60) }), { code: "frame_too_large" });
  const cyclic: Record<string, JsonObject> = {};
  cyclic["self"] = cyclic;
  await assert.rejects(channel.send(cyclic), { code: "invalid_json" });
  await channel.send({ text: "x".repeat(80) });
  assert.equal(written().length, 1);
});

Deno.test("openStdioChannel fails to write when nobody reads any more", async () => {
  const output = new WritableStream<Uint8Array>({
    write: () => Promise.reject(new Error("broken pipe")),
  });
  await using channel = openStdioChannel({ input: new ReadableStream(), output });
  await assert.rejects(channel.send({}), /broken pipe/);
});
