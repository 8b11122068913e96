import type { Libp2p } from "@libp2p/interface";
import type { Clock, TaskGroup } from "../../concurrency/mod.ts";
import { Bell } from "../bell.ts";

/** A relay may give and take its places as often as it likes; whoever is asked far away pays for that. */
const MIN_INTERVAL_MS = 10_000;

/** How changes are told. */
export interface WatchOwnAddressesOptions {
  /** Called when there are other addresses than before. It must not throw. */
  readonly onChange: () => void;
  readonly clock: Clock;
}

/**
 * Be told when a node is to be found at other addresses than before: at once, and what comes soon after that
 * somewhat later, together.
 *
 * @param group Ends it.
 * @param node The node.
 * @param options Whom to tell.
 */
export function watchOwnAddresses(
  group: TaskGroup,
  node: Pick<Libp2p, "addEventListener" | "getMultiaddrs" | "removeEventListener">,
  { onChange, clock }: WatchOwnAddressesOptions,
): void {
  const read = (): string => node.getMultiaddrs().map(String).sort().join(" ");
  let last = read();
  const bell = new Bell(clock);
  const ring = (): void => bell.ring();
  node.addEventListener("self:peer:update", ring);
  group.spawn("watch own addresses", async (signal) => {
    try {
      for (;;) {
        await bell.wait(Infinity, signal);
        signal.throwIfAborted();
        const now = read();
        // libp2p tells of everything that it tells its peers, not only of addresses.
        if (now === last) continue;
        last = now;
        onChange();
        await clock.sleep(MIN_INTERVAL_MS, { signal });
      }
    } finally {
      node.removeEventListener("self:peer:update", ring);
    }
  });
}
