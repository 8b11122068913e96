import type { Clock, TaskGroup } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";

/** Nobody tells when an interface comes or goes, so it is looked; it costs some microseconds. */
const INTERVAL_MS = 1_000;
/** A host on which containers come and go changes all the time. */
const MIN_REPORT_INTERVAL_MS = 10_000;

/** A clock that is this much ahead of its time was ahead while this program did not run. */
const MIN_SLEEP_MS = 10_000;

/** An address of this host, as `Deno.networkInterfaces()` gives it. */
export type HostAddress = Pick<Deno.NetworkInterfaceInfo, "name" | "address">;

/** How changes are noticed. */
export interface WatchNetworkOptions {
  /**
   * Called when addresses have come or gone, once that has settled, and when this host has woken up. It must
   * not throw.
   */
  readonly onChange: () => void;
  /** Tells the addresses of this host. @default {Deno.networkInterfaces} */
  readonly readAddresses?: (() => readonly HostAddress[]) | undefined;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}

/**
 * Notice when this host gets or loses an address, as it was moved to another network, and when it has slept:
 * others have given it up meanwhile, and how long it was away no timer knows.
 *
 * @param group Owns the work.
 * @param options Whom to tell.
 */
export function watchNetwork(group: TaskGroup, options: WatchNetworkOptions): void {
  const { onChange, readAddresses = () => Deno.networkInterfaces(), clock, logger } = options;
  const read = (): string =>
    readAddresses().map(({ name, address }) => `${name} ${address}`).sort().join("\n");
  group.spawn("watch network", async (signal) => {
    try {
      let last = read();
      let reported = last;
      for (;;) {
        const beforeMs = clock.now();
        await clock.sleep(INTERVAL_MS, { signal });
        const hasSlept = clock.now() - beforeMs > INTERVAL_MS + MIN_SLEEP_MS;
        const now = read();
        const hasSettled = now === last;
        last = now;
        if (!hasSlept && (!hasSettled || now === reported)) continue;
        reported = now;
        logger?.debug(
          hasSlept ? "This host has slept" : "Addresses of this host have changed",
        );
        onChange();
        await clock.sleep(MIN_REPORT_INTERVAL_MS - INTERVAL_MS, { signal });
      }
    } catch (error) {
      if (signal.aborted) return;
      // Without the permission, peers are found again all the same, but later.
      logger?.debug("Addresses of this host cannot be watched", { error });
    }
  });
}
