import assert from "node:assert/strict";
import { showDiscoveryHealth } from "../../../src/app/show_discovery_health.ts";
import type { DiscoveryHealth } from "../../../src/network/mod.ts";
import { HealthRegistry } from "../../../src/telemetry/mod.ts";

function make(method: string, members: Partial<DiscoveryHealth> = {}): DiscoveryHealth {
  return { method, reach: "lan", ok: true, failures: 0, peers: 0, ...members };
}

Deno.test("showDiscoveryHealth shows how each method does, and keeps no node from being ready", async () => {
  const health = new HealthRegistry();
  let methods = [make("mdns", { ok: undefined }), make("rendezvous")];
  showDiscoveryHealth(health, { discoveryHealth: () => methods });
  const failing = { ok: false, reason: "nobody answers", failures: 3 };
  methods = [make("mdns", { peers: 2 }), make("rendezvous", failing)];
  assert.deepEqual(await health.readiness(), {
    status: "ok",
    checks: {
      "discovery.mdns": { ok: true, reason: "peers known: 2" },
      "discovery.rendezvous": { ok: false, reason: "nobody answers (rounds that failed: 3)" },
    },
  });
});

Deno.test("showDiscoveryHealth says what has just begun, or is over", async () => {
  const health = new HealthRegistry();
  let methods = [make("mdns", { ok: undefined }), make("dht")];
  showDiscoveryHealth(health, { discoveryHealth: () => methods });
  methods = methods.slice(0, 1);
  const { checks } = await health.readiness();
  assert.deepEqual(checks["discovery.mdns"], { ok: true, reason: "it has just begun" });
  assert.deepEqual(checks["discovery.dht"], { ok: false, reason: "it is not running" });
});
