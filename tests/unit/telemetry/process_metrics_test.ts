import assert from "node:assert/strict";
import { MetricsRegistry, observeProcess } from "../../../src/telemetry/mod.ts";

Deno.test("observeProcess exposes uptime and memory until it is disposed of", async () => {
  const registry = new MetricsRegistry();
  let nowMs = 1000;
  const reading = observeProcess(registry, {
    monotonicMs: () => nowMs,
    residentBytes: () => 4096,
  });
  nowMs = 3500;
  const text = await registry.expose();
  assert.match(text, /^mcpp_uptime_seconds 2.5$/m);
  assert.match(text, /^process_resident_memory_bytes 4096$/m);
  reading[Symbol.dispose]();
  assert.match(await registry.expose(), /^process_resident_memory_bytes 0$/m);
});

Deno.test("observeProcess reads the real process by default", async () => {
  const registry = new MetricsRegistry();
  using _reading = observeProcess(registry);
  const bytes = /^process_resident_memory_bytes (\d+)$/m.exec(await registry.expose())?.[1];
  assert(Number(bytes) > 1_000_000, String(bytes));
});
