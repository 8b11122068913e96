import { systemClock } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import { findAnnouncedNodes } from "../network/mod.ts";
import { listAnnouncePaths } from "./announce_paths.ts";

/**
 * Where this machine's node is, if it runs and announces itself.
 *
 * @param config Where it does so.
 * @param peerId The node.
 * @returns Its addresses, each ending in `/p2p/<peerId>`; none if it does not.
 */
export async function findOwnAddresses(
  config: Config,
  peerId: string,
): Promise<readonly string[]> {
  const { live } = await findAnnouncedNodes(listAnnouncePaths(config.p2p.announceFile), {
    nowMs: systemClock.now(),
  });
  return live.find((node) => node.peerId === peerId)?.multiaddrs ?? [];
}
