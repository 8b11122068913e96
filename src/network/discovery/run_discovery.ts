import { abortable, type Clock, moveOnAfter, type TaskGroup } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { DiscoverOptions, DiscoveryHealth, DiscoveryReport } from "../network.ts";
import type { DiscoverableSelf, DiscoveryMethod, Reach } from "./discovery_method.ts";
import { MethodRunner } from "./method_runner.ts";
import type { PeerBook } from "./peer_book.ts";

const DEFAULT_TIMEOUT_MS = 10_000;
/**
 * How much later than those that look on this host the other methods begin. Whoever is on this host is found
 * and connected in less, and this node announced, unless all the work of asking others is done at the same
 * time, by a program that has just been started; and nobody else notices so short a wait.
 */
const DELAYS_MS: Readonly<Record<Reach, number>> = { host: 0, lan: 25, wide: 100 };

/** What discovery works with. */
export interface RunDiscoveryOptions {
  /** How peers are found; no two with one name. */
  readonly methods: readonly DiscoveryMethod[];
  /** Where they are kept. */
  readonly book: PeerBook;
  /** This node, as it is to be found. */
  readonly self: DiscoverableSelf;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  /** Spreads the rounds. @default {Math.random} */
  readonly random?: (() => number) | undefined;
}

/** Discovery at work. */
export interface Discovery {
  /** Let all methods look at once; see `Network.discover`. */
  lookNow(options?: DiscoverOptions): Promise<readonly DiscoveryReport[]>;
  /** How each method does. */
  health(): readonly DiscoveryHealth[];
  /** This host is on another network: look at once by the methods to which that matters. */
  noteNetworkChange(): void;
  /** This node is to be found at other addresses than before: say so by all methods. */
  noteOwnAddresses(): void;
}

/**
 * Look for peers by several methods side by side, those that find the nearest a moment ahead. Each
 * has its own pace and budget: one that hangs or fails delays no other one.
 *
 * @param group Owns the methods; they take back their announcements when it ends.
 * @param options The methods, and where they put what they find.
 * @returns The means to look at once, and to see how the methods do.
 * @throws {TypeError} If two methods have one name.
 */
export function runDiscovery(group: TaskGroup, options: RunDiscoveryOptions): Discovery {
  const { methods, book, self, clock, logger, random = Math.random } = options;
  const runners = new Map<string, MethodRunner>();
  for (const method of methods) {
    if (runners.has(method.name)) {
      throw new TypeError(`Cannot run discovery as a name is taken: method "${method.name}"`);
    }
    runners.set(method.name, new MethodRunner(method, { book, self, clock, logger, random }));
  }
  const mayBeNear = methods.some(({ reach }) => reach === "host");
  for (const runner of runners.values()) {
    group.spawn(`discovery by ${runner.name}`, async (signal) => {
      const delayMs = mayBeNear ? DELAYS_MS[runner.health().reach] : 0;
      if (delayMs > 0) await clock.sleep(delayMs, { signal });
      await runner.run(signal);
    });
  }
  return {
    health: () => [...runners.values()].map((runner) => runner.health()),
    noteNetworkChange: () => {
      for (const runner of runners.values()) {
        const { reach, failures } = runner.health();
        // What others pay for is asked only if it could not be asked before.
        if (reach === "lan" || failures > 0) runner.wake();
      }
    },
    noteOwnAddresses: () => {
      for (const runner of runners.values()) runner.wake();
    },
    lookNow: async ({ timeoutMs = DEFAULT_TIMEOUT_MS, methods: names, signal } = {}) => {
      signal?.throwIfAborted();
      const wanted = names === undefined ? [...runners.keys()] : [...new Set(names)];
      return await Promise.all(wanted.map((name) => {
        const runner = runners.get(name);
        if (runner === undefined) return createUnknownReport(name);
        return waitForReport(runner, { timeoutMs, clock, group, signal });
      }));
    },
  };
}

interface WaitOptions {
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly group: TaskGroup;
  readonly signal: AbortSignal | undefined;
}

async function waitForReport(runner: MethodRunner, options: WaitOptions): Promise<DiscoveryReport> {
  const { timeoutMs, clock, group, signal } = options;
  const report = runner.lookNow();
  const outcome = await moveOnAfter(
    timeoutMs,
    // The end of the group ends the rounds, and no report comes any more.
    (limit) => abortable(abortable(report, group.signal), limit),
    { name: "discover", clock, signal },
  );
  if (!outcome.timedOut) return outcome.value;
  return {
    method: runner.name,
    ok: false,
    reason: `it did not end within ${timeoutMs} ms`,
    peerIds: runner.foundIds(),
    durationMs: timeoutMs,
  };
}

function createUnknownReport(method: string): DiscoveryReport {
  return {
    method,
    ok: false,
    reason: "there is no such method here",
    peerIds: [],
    durationMs: 0,
  };
}
