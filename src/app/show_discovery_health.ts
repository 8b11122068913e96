import type { DiscoveryHealth, Network } from "../network/mod.ts";
import type { CheckResult, HealthRegistry } from "../telemetry/mod.ts";

/**
 * Give each way to find peers a line in the node's health. A node does its work also when one of them
 * fails.
 *
 * @param health Where the lines are shown.
 * @param network Who looks for peers.
 */
export function showDiscoveryHealth(
  health: HealthRegistry,
  network: Pick<Network, "discoveryHealth">,
): void {
  for (const { method } of network.discoveryHealth()) {
    const check = (): CheckResult => {
      const now = network.discoveryHealth().find((each) => each.method === method);
      return now === undefined ? { ok: false, reason: "it is not running" } : toResult(now);
    };
    health.register(`discovery.${method}`, check, { isAdvisory: true });
  }
}

function toResult({ ok, reason, failures, peers }: DiscoveryHealth): CheckResult {
  if (ok === undefined) return { ok: true, reason: "it has just begun" };
  if (ok) return { ok: true, reason: `peers known: ${peers}` };
  return { ok: false, reason: `${reason ?? "it failed"} (rounds that failed: ${failures})` };
}
