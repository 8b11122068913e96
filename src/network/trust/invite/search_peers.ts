import {
  abortable,
  type Clock,
  Limiter,
  moveOnAfter,
  runTaskGroup,
} from "../../../concurrency/mod.ts";
import type { Network } from "../../network.ts";

/** How often it is looked whether more peers were found. */
const LOOK_MS = 100;
const MAX_AT_ONCE = 16;
/** More than are found in the time. */
const MAX_PEERS = 1024;
/** One that could not be reached is tried again after this time, as it may just be starting. */
const RETRY_MS = 5_000;
/** All methods are asked again after this time: the peer may just have announced itself. */
const DISCOVER_AGAIN_MS = 3_000;

/** How peers are asked. */
export interface SearchPeersOptions<T> {
  /** Finds them. */
  readonly network: Pick<Network, "connections" | "discoveredPeers" | "discover">;
  /**
   * Ask one.
   *
   * @returns What is looked for, `none` if this peer does not have it, or `later` if it could not be asked.
   * @throws {unknown} What ends the search.
   */
  readonly ask: (peerId: string, signal: AbortSignal) => Promise<T | "none" | "later">;
  /** How long to search, in milliseconds. */
  readonly timeoutMs: number;
  /** Whose time it is. */
  readonly clock: Clock;
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Ask all peers that are connected or found, some at a time, and those that are found meanwhile, until
 * one has what is looked for.
 *
 * @param options The peers, and what to ask.
 * @returns What was found; `undefined` if it was not found in time.
 * @throws {TaskGroupError} With what `ask` throws.
 * @throws {unknown} The signal's reason, if it aborts.
 */
export async function searchPeers<T extends object>(
  options: SearchPeersOptions<T>,
): Promise<T | undefined> {
  const { network, ask, timeoutMs, clock } = options;
  return await runTaskGroup(async (group, signal) => {
    const found = Promise.withResolvers<T>();
    const turns = new Limiter(MAX_AT_ONCE);
    const asked = new Set<string>();
    const askInTurn = async (peerId: string): Promise<void> => {
      const answer = await turns.run(() => ask(peerId, signal), { signal });
      if (typeof answer === "object") return found.resolve(answer);
      if (answer === "none") return;
      await clock.sleep(RETRY_MS, { signal });
      asked.delete(peerId);
    };
    group.spawn("discover peers", async () => {
      // What it finds is in the list as soon as it is found.
      while (!signal.aborted) {
        await network.discover({ timeoutMs, signal });
        await clock.sleep(DISCOVER_AGAIN_MS, { signal });
      }
    });
    group.spawn("ask peers", async () => {
      while (!signal.aborted) {
        for (const peerId of listPeers(network)) {
          if (asked.has(peerId) || asked.size >= MAX_PEERS) continue;
          asked.add(peerId);
          group.spawn(`ask ${peerId}`, () => askInTurn(peerId));
        }
        await clock.sleep(LOOK_MS, { signal });
      }
    });
    const wait = (limit: AbortSignal): Promise<T> => abortable(found.promise, limit);
    const outcome = await moveOnAfter(timeoutMs, wait, { name: "search peers", clock, signal });
    group.cancel("the search is over");
    return outcome.timedOut ? undefined : outcome.value;
  }, { name: "search peers", clock, signal: options.signal });
}

/** Connected ones first: they answer. */
function listPeers(network: SearchPeersOptions<object>["network"]): readonly string[] {
  const peers = [...network.connections(), ...network.discoveredPeers()];
  return [...new Set(peers.map(({ peerId }) => peerId))];
}
