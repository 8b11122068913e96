import assert from "node:assert/strict";
import { Counter, Gauge, Histogram, METRICS, MetricsRegistry } from "../../../src/telemetry/mod.ts";

Deno.test("METRICS has each name once, with a sentence of help", () => {
  const definitions = Object.values(METRICS);
  const names = definitions.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, help } of definitions) {
    assert.match(name, /^(mcpp|process)_[a-z0-9_]+$/);
    assert.match(help, /^[A-Z].*\.$/);
  }
});

Deno.test("METRICS can be made as what their names promise", () => {
  const registry = new MetricsRegistry();
  for (const definition of Object.values(METRICS)) {
    if (definition.name.endsWith("_total")) {
      assert(registry.counter(definition) instanceof Counter);
    } else if (definition.name.endsWith("_duration_seconds")) {
      assert(registry.histogram(definition) instanceof Histogram);
    } else assert(registry.gauge(definition) instanceof Gauge);
  }
});
