import { systemTxtResolver } from "./system_txt_resolver.ts";
import { isDnsaddr, resolveDnsaddr, type ResolveTxt } from "./dnsaddr.ts";
import type { DiscoveryContext, DiscoveryMethod } from "./discovery_method.ts";
import { peerIdOfAddress } from "./peer_address.ts";

/** The name under which bootstrap peers appear. */
export const BOOTSTRAP = "bootstrap";
/** Addresses change rarely, and what answers is kept connected. */
const INTERVAL_MS = 300_000;
/** DNS asks again after 5 seconds. */
const BUDGET_MS = 12_000;
const MAX_ADDRESSES = 256;
const MAX_PEERS = 256;

/**
 * The bootstrap peers of the public libp2p network. They help to join its DHT, and know nothing of
 * this program; nobody dials them unless told to.
 */
export const PUBLIC_BOOTSTRAP: readonly string[] = Object.freeze([
  "/dnsaddr/bootstrap.libp2p.io/p2p/QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN",
  "/dnsaddr/bootstrap.libp2p.io/p2p/QmQCU2EcMqAqQPR2i9bChDtGNJchTbq5TbXJJ16u19uLTa",
  "/dnsaddr/bootstrap.libp2p.io/p2p/QmbLHAnMoJPWSCR5Zhtx6BHJX9KiKNN6tpvbUcqanj75Nb",
  "/dnsaddr/bootstrap.libp2p.io/p2p/QmcZf59bWwK5XFi76CZX8cbJ4BhTzzA3gU1ZjYZcYW3dwt",
]);

/** What the method is told. */
export interface BootstrapOptions {
  /**
   * Multiaddrs of peers, `/dnsaddr` among them. One that does not say whom it leads to is left to
   * who dials it.
   */
  readonly multiaddrs: readonly string[];
  /** Asks the DNS. @default the resolver of the system */
  readonly resolveTxt?: ResolveTxt | undefined;
}

/**
 * Find the peers that were configured. It dials nobody, so that a dead one delays nothing; they are
 * listed as soon as they have answered.
 *
 * @param options Their addresses.
 * @returns The method `bootstrap`.
 * @throws {RangeError} If there are too many addresses.
 */
export function createBootstrap(options: BootstrapOptions): DiscoveryMethod {
  const { multiaddrs, resolveTxt = systemTxtResolver } = options;
  if (multiaddrs.length > MAX_ADDRESSES) {
    throw new RangeError(
      `Cannot use bootstrap addresses as there are more than ${MAX_ADDRESSES}: ` +
        `number "${multiaddrs.length}"`,
    );
  }
  return {
    name: BOOTSTRAP,
    reach: "wide",
    intervalMs: INTERVAL_MS,
    budgetMs: BUDGET_MS,
    look: async (context, signal) => {
      signal.throwIfAborted();
      report(context, {
        multiaddrs: multiaddrs.filter((each) => !isDnsaddr(each)),
        ttlMs: Infinity,
      });
      const named = multiaddrs.filter(isDnsaddr);
      const outcomes = await Promise.allSettled(named.map(async (multiaddr) => {
        const resolved = await resolveDnsaddr(multiaddr, { resolveTxt, signal });
        // The next round, or the one after a failed one, finds them again.
        report(context, { multiaddrs: resolved, ttlMs: 3 * INTERVAL_MS });
        if (resolved.length === 0) throw new Error(`No peer is behind address "${multiaddr}"`);
      }));
      signal.throwIfAborted();
      const failed = outcomes.find((outcome) => outcome.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    },
  };
}

function report(
  context: DiscoveryContext,
  { multiaddrs, ttlMs }: { readonly multiaddrs: readonly string[]; readonly ttlMs: number },
): void {
  const peers = Map.groupBy(multiaddrs, peerIdOfAddress);
  peers.delete(undefined);
  // All nodes of a swarm may have one list.
  peers.delete(context.self.peerId);
  for (const [peerId = "", own] of [...peers].slice(0, MAX_PEERS)) {
    context.found({ peerId, multiaddrs: own, ttlMs, lastSeenMs: 0 });
  }
}
