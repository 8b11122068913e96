import assert from "node:assert/strict";
import { LogBuffer } from "../../../src/worker/log_buffer.ts";

function line(message: string) {
  return { stream: "stdout", message };
}

Deno.test("LogBuffer gives lines back in order, at most as many as one report carries", () => {
  const buffer = new LogBuffer();
  for (let n = 0; n < 300; n++) buffer.push(line(`${n}`));
  assert.equal(buffer.size, 300);
  const first = buffer.take() ?? [];
  const second = buffer.take() ?? [];
  assert.equal(first.length, 256);
  assert.deepEqual([...first, ...second].map(({ message }) => Number(message)), [
    ...Array(300).keys(),
  ]);
  assert.equal(buffer.take(), undefined);
});

Deno.test("LogBuffer cuts a report by its length, but always gives a line", () => {
  const buffer = new LogBuffer();
  for (let n = 0; n < 20; n++) buffer.push(line("x".repeat(8_000)));
  const taken = buffer.take() ?? [];
  assert.ok(taken.length > 0 && taken.length < 20);
  assert.ok(taken.reduce((sum, { message }) => sum + message.length, 0) <= 96 * 1024);
});

Deno.test("LogBuffer drops the oldest lines of a flood and says how many", () => {
  const buffer = new LogBuffer();
  for (let n = 0; n < 2_500; n++) buffer.push(line(`${n}`));
  const [notice, oldest] = buffer.take() ?? [];
  assert.deepEqual(notice, { stream: "mcpp", message: "500 lines were dropped here" });
  assert.equal(oldest?.message, "500");
  assert.equal(buffer.take()?.[0]?.stream, "stdout");
});

Deno.test("LogBuffer cuts a long line off", () => {
  const buffer = new LogBuffer();
  buffer.push(line("y".repeat(100_000)));
  const [only] = buffer.take() ?? [];
  assert.equal(only?.message.length, 8 * 1024);
  assert.ok(only?.message.endsWith("…"));
});
