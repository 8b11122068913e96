import type { Network } from "../network/mod.ts";
import { METRICS, type MetricsRegistry } from "../telemetry/mod.ts";

/**
 * Count the other nodes that a node knows, and its connections to them.
 *
 * @param metrics Where they are shown.
 * @param network Who knows them.
 */
export function observePeers(
  metrics: MetricsRegistry,
  network: Pick<Network, "connections" | "discoveryHealth">,
): void {
  metrics.gauge(METRICS.peers).observe(() =>
    network.discoveryHealth().map(({ method, peers }) => ({ labels: { method }, value: peers }))
  );
  metrics.gauge(METRICS.connections).observe(() => {
    const connections = network.connections();
    const relayed = connections.filter(({ isRelayed }) => isRelayed).length;
    return [
      { labels: { kind: "direct" }, value: connections.length - relayed },
      { labels: { kind: "relayed" }, value: relayed },
    ];
  });
}
