import assert from "node:assert/strict";
import fc from "fast-check";
import {
  configureLogging,
  EXPOSITION_CONTENT_TYPE,
  MetricsRegistry,
  resetLogging,
} from "../../../src/telemetry/mod.ts";
import { parseExposition } from "./parse_exposition.ts";

Deno.test("MetricsRegistry.expose writes counters with help and type", async () => {
  const registry = new MetricsRegistry();
  const counter = registry.counter({ name: "calls_total", help: "Calls.", labelNames: ["op"] });
  counter.add(1, { op: "claim" });
  counter.add(2, { op: "claim" });
  counter.add(1, { op: "submit" });
  assert.equal(
    await registry.expose(),
    [
      "# HELP calls_total Calls.",
      "# TYPE calls_total counter",
      'calls_total{op="claim"} 3',
      'calls_total{op="submit"} 1',
      "",
    ].join("\n"),
  );
});

Deno.test("MetricsRegistry.expose writes a histogram with cumulative buckets, sum and count", async () => {
  const registry = new MetricsRegistry();
  const histogram = registry.histogram({
    name: "call_seconds",
    help: "Time.",
    labelNames: ["op"],
    buckets: [0.1, 1],
  });
  for (const seconds of [0.05, 0.1, 0.5, 7]) histogram.record(seconds, { op: "a" });
  assert.equal(
    await registry.expose(),
    [
      "# HELP call_seconds Time.",
      "# TYPE call_seconds histogram",
      'call_seconds_bucket{op="a",le="0.1"} 2',
      'call_seconds_bucket{op="a",le="1"} 3',
      'call_seconds_bucket{op="a",le="+Inf"} 4',
      'call_seconds_sum{op="a"} 7.65',
      'call_seconds_count{op="a"} 4',
      "",
    ].join("\n"),
  );
});

Deno.test("MetricsRegistry.expose writes a metric without labels from the start, at zero", async () => {
  const registry = new MetricsRegistry();
  registry.counter({ name: "a_total", help: "A." });
  registry.gauge({ name: "b", help: "B." }).add(-2);
  registry.gauge({ name: "c", help: "C.", labelNames: ["x"] });
  const { samples } = parseExposition(await registry.expose());
  assert.deepEqual(samples.map(({ name, value }) => [name, value]), [["a_total", 0], ["b", -2]]);
});

Deno.test("MetricsRegistry.expose writes numbers that are not finite as the format says", async () => {
  const registry = new MetricsRegistry();
  const gauge = registry.gauge({ name: "g", help: "G.", labelNames: ["v"] });
  for (const value of [Infinity, -Infinity, NaN, 1e21]) gauge.set(value, { v: String(value) });
  const lines = (await registry.expose()).split("\n").filter((line) => line.startsWith("g{"));
  assert.deepEqual(lines.map((line) => line.split(" ")[1]), ["+Inf", "-Inf", "NaN", "1e+21"]);
});

Deno.test("MetricsRegistry.expose escapes so that any help and label value reads back", async () => {
  await fc.assert(fc.asyncProperty(fc.string(), fc.string(), async (help, value) => {
    const registry = new MetricsRegistry();
    registry.gauge({ name: "g", help, labelNames: ["v"] }).set(1, { v: value });
    const { families, samples } = parseExposition(await registry.expose());
    assert.equal(families.get("g")?.help, help);
    assert.deepEqual(samples, [{ name: "g", labels: { v: value }, value: 1 }]);
  }));
});

Deno.test("MetricsRegistry reads an observed gauge at each exposition", async () => {
  const registry = new MetricsRegistry();
  let running = 1;
  const gauge = registry.gauge({ name: "running", help: "R." });
  const reading = gauge.observe(() => running);
  assert.match(await registry.expose(), /^running 1$/m);
  running = 5;
  assert.match(await registry.expose(), /^running 5$/m);
  reading[Symbol.dispose]();
  assert.match(await registry.expose(), /^running 0$/m);
});

Deno.test("MetricsRegistry forgets series that an observed gauge no longer has", async () => {
  const registry = new MetricsRegistry();
  let status = "queued";
  registry.gauge({ name: "tasks", help: "T.", labelNames: ["status"] })
    .observe(() => Promise.resolve([{ labels: { status }, value: 1 }]));
  assert.match(await registry.expose(), /status="queued"/);
  status = "running";
  assert.doesNotMatch(await registry.expose(), /status="queued"/);
});

Deno.test("MetricsRegistry leaves out a gauge that cannot be read, and logs it", async () => {
  const lines: string[] = [];
  configureLogging({ write: (line) => lines.push(line) });
  try {
    const registry = new MetricsRegistry();
    registry.gauge({ name: "bad", help: "B." }).observe(() => Promise.reject(new Error("closed")));
    registry.gauge({ name: "good", help: "G." }).set(1);
    const { samples } = parseExposition(await registry.expose());
    assert.deepEqual(samples.map(({ name }) => name), ["good"]);
    assert.match(lines.join(""), /Metric cannot be read metric=bad .*closed/);
  } finally {
    resetLogging();
  }
});

Deno.test("Gauge.observe: ending a replaced reading changes nothing", async () => {
  const gauge = new MetricsRegistry().gauge({ name: "g", help: "G." });
  const first = gauge.observe(() => 1);
  gauge.observe(() => 2);
  first[Symbol.dispose]();
  assert.deepEqual((await gauge.collect()).map(({ value }) => value), [2]);
});

Deno.test("MetricsRegistry bounds the series of a metric and gathers the rest as other", async () => {
  const registry = new MetricsRegistry();
  const definition = {
    name: "n_total",
    help: "N.",
    labelNames: ["peer", "op"],
    maxSeries: 2,
  } as const;
  const counter = registry.counter(definition);
  for (const peer of ["a", "b", "c", "d", "a"]) counter.add(1, { peer, op: "x" });
  const { samples } = parseExposition(await registry.expose());
  assert.deepEqual(samples.map(({ labels, value }) => [labels, value]), [
    [{ peer: "a", op: "x" }, 2],
    [{ peer: "b", op: "x" }, 1],
    [{ peer: "other", op: "other" }, 2],
  ]);
});

Deno.test("MetricsRegistry keeps label values apart that would join to the same text", async () => {
  const registry = new MetricsRegistry();
  const gauge = registry.gauge({ name: "g", help: "G.", labelNames: ["a", "b"] });
  gauge.set(1, { a: 'x","', b: "y" });
  gauge.set(2, { a: "x", b: '","y' });
  assert.equal(parseExposition(await registry.expose()).samples.length, 2);
});

Deno.test("MetricsRegistry gives the same metric for the same definition, and refuses another", () => {
  const registry = new MetricsRegistry();
  const definition = { name: "a_total", help: "A." };
  assert.equal(registry.counter(definition), registry.counter(definition));
  assert.throws(() => registry.counter({ ...definition }), TypeError);
  assert.throws(() => registry.gauge(definition), TypeError);
});

Deno.test("MetricsRegistry refuses names that Prometheus would not read", () => {
  const registry = new MetricsRegistry();
  const help = "H.";
  assert.throws(() => registry.gauge({ name: "1a", help }), TypeError);
  assert.throws(() => registry.gauge({ name: "a-b", help }), TypeError);
  assert.throws(() => registry.gauge({ name: "a", help, labelNames: ["__b"] }), TypeError);
  assert.throws(() => registry.counter({ name: "a", help }), TypeError);
  assert.throws(() => registry.histogram({ name: "a", help, labelNames: ["le"] }), TypeError);
  assert.throws(() => registry.histogram({ name: "a", help, buckets: [1, 1] }), RangeError);
  assert.throws(() => registry.histogram({ name: "a", help, buckets: [1, Infinity] }), RangeError);
});

Deno.test("Counter.add refuses what would make it shrink", () => {
  const counter = new MetricsRegistry().counter({ name: "a_total", help: "A." });
  assert.throws(() => counter.add(-1), RangeError);
  assert.throws(() => counter.add(NaN), RangeError);
});

Deno.test("Counter.add refuses a missing label as misuse", () => {
  const definition = { name: "a_total", help: "A.", labelNames: ["op"] } as const;
  const counter = new MetricsRegistry().counter(definition);
  // @ts-expect-error: the labels are required
  assert.throws(() => counter.add(1), TypeError);
  // @ts-expect-error: there is no such label
  assert.throws(() => counter.add(1, { opp: "x" }), TypeError);
});

Deno.test("EXPOSITION_CONTENT_TYPE names the version of the format", () => {
  assert.equal(EXPOSITION_CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
});
