import type { Libp2p } from "@libp2p/interface";
import type { TaskGroup } from "../../concurrency/mod.ts";

/**
 * Be told when a node is to be found at other addresses than before.
 *
 * @param group Ends it.
 * @param node The node.
 * @param onChange Told of it.
 */
export function watchOwnAddresses(group: TaskGroup, node: Libp2p, onChange: () => void): void {
  const read = (): string => node.getMultiaddrs().map(String).sort().join(" ");
  let last = read();
  // libp2p tells of everything that it tells its peers, not only of addresses.
  const check = (): void => {
    const now = read();
    if (now === last) return;
    last = now;
    onChange();
  };
  node.addEventListener("self:peer:update", check);
  group.signal.addEventListener(
    "abort",
    () => node.removeEventListener("self:peer:update", check),
    {
      once: true,
    },
  );
}
