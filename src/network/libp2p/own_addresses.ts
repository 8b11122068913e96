import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { hostScopeOf, scopeOf } from "../address_scope.ts";
import { withoutPeerId } from "../discovery/peer_address.ts";
import type { ReachableAddress } from "../network.ts";
import { tryParseMultiaddr } from "./multiaddr.ts";

/** A relay tells all addresses that it has; some will do. */
const MAX_ADDRESSES_PER_RELAY = 3;
/** In the order in which they are the surest. */
const KINDS: readonly ReachableAddress["kind"][] = ["configured", "observed", "listen", "relay"];

/** What of a node is asked for its addresses. */
export interface AddressSource {
  /** Addresses on which it listens, at relays among them, without its own id. */
  listening(): readonly string[];
}

/**
 * The addresses of a node, as it tells them to others.
 *
 * libp2p does not tell a public address before others have dialled it, so that a node on the public network
 * would be found by nobody until somebody has found it. Here it is told unless others could not dial it.
 */
export class OwnAddresses {
  /** Addresses that lead here although nothing here shows it, without the node's own id. */
  readonly configured: readonly string[];
  readonly #peerId: string;
  readonly #verdicts = new Map<string, boolean>();
  #source: AddressSource = { listening: () => [] };

  /**
   * @param peerId The node's own id.
   * @param configured Addresses that lead to it although nothing here shows it.
   */
  constructor(peerId: string, configured: readonly string[] = []) {
    this.#peerId = peerId;
    this.configured = configured.map((address) => withoutPeerId(address, peerId));
  }

  /** Say where the node listens, once it does. */
  attach(source: AddressSource): void {
    this.#source = source;
  }

  /**
   * Say whether others could dial an address, without the node's own id; `undefined` if it is not known.
   *
   * @returns Whether others are told other addresses now.
   */
  judge(address: string, isReachable: boolean | undefined): boolean {
    const before = this.#collect().length;
    if (isReachable === undefined) this.#verdicts.delete(address);
    else this.#verdicts.set(address, isReachable);
    return this.#collect().length !== before;
  }

  /** Addresses on which the node listens itself, without its own id. */
  listening(): readonly string[] {
    return this.#source.listening().filter((address) => scopeOf(address) !== "relay");
  }

  /** All addresses that others are told, the surest first. */
  list(): readonly ReachableAddress[] {
    const rank = ({ kind, isVerified }: ReachableAddress): number =>
      KINDS.indexOf(kind) + (isVerified ? 0 : KINDS.length);
    return this.#collect().toSorted((a, b) => rank(a) - rank(b));
  }

  /** The same for libp2p, in the order in which they were learned. */
  readonly announced = (known: readonly Multiaddr[]): Multiaddr[] => {
    const own = this.#collect();
    // Nothing listens yet, or the node cannot be dialled.
    return own.length === 0 ? [...known] : own.map((each) => multiaddr(each.multiaddr));
  };

  #collect(): readonly ReachableAddress[] {
    const listening = this.listening().filter((address) => this.#verdicts.get(address) !== false);
    const observed = [...this.#verdicts].filter(([, isReachable]) => isReachable)
      .map(([address]) => address);
    const addresses = new Map<string, ReachableAddress["kind"]>();
    const add = (kind: ReachableAddress["kind"], more: readonly string[]): void => {
      for (const address of more) if (!addresses.has(address)) addresses.set(address, kind);
    };
    add("listen", listening);
    add("configured", this.configured);
    add("observed", observed);
    add("relay", chooseRelayed(this.#source.listening()));
    return [...addresses].map(([address, kind]) => ({
      multiaddr: `${address}/p2p/${this.#peerId}`,
      kind,
      isVerified: kind === "relay" || this.#verdicts.get(address) === true,
    }));
  }
}

/** Of each relay the addresses that are of use to others. */
function chooseRelayed(listening: readonly string[]): readonly string[] {
  const byRelay = Map.groupBy(
    listening.filter((address) => scopeOf(address) === "relay"),
    (address) => /\/p2p\/([^/]+)\/p2p-circuit/.exec(address)?.[1] ?? "",
  );
  return [...byRelay.values()].flatMap((addresses) => {
    const scopes = Map.groupBy(addresses, (address) => hostScopeOf(address));
    const far = [...scopes.get("public") ?? [], ...scopes.get("private") ?? []];
    // A relay on this host is of use on this host.
    return (far.length > 0 ? far : addresses).slice(0, MAX_ADDRESSES_PER_RELAY);
  }).filter((address) => tryParseMultiaddr(address) !== undefined);
}
