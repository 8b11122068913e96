import type { Clock, TaskGroup } from "../concurrency/mod.ts";
import type { Network } from "../network/mod.ts";
import { getLogger } from "../telemetry/mod.ts";

/**
 * Be a meeting point for peers that look for each other.
 *
 * @param group What it lives in.
 * @param deps Where it is served.
 */
export async function startRendezvous(
  group: TaskGroup,
  { network, clock }: { readonly network: Network; readonly clock: Clock },
): Promise<void> {
  const { openPeerRecord } = await import("../network/libp2p/mod.ts");
  const { serveRendezvous } = await import("../network/discovery/rendezvous/mod.ts");
  // A point checks records and signs none.
  const records = { open: openPeerRecord };
  await serveRendezvous(group, { network, records, clock, logger: getLogger("rendezvous") });
}
