import { type Clock, RateLimit } from "../../../concurrency/mod.ts";
import { BanList } from "../../conduct/ban_list.ts";
import { isLoopback } from "./host_of.ts";

/** Together with what this node dials itself well below libp2p's 1,000: trusted peers find a place. */
const MAX_UNTRUSTED_CONNECTIONS = 512;
const MAX_CONNECTIONS_PER_PEER = 32;
const MAX_CONNECTIONS_PER_HOST = 128;
/** A handshake costs a millisecond of this node's time, and nothing of the other side's. */
const CONNECTIONS_PER_SECOND = 32;
const CONNECTION_BURST = 256;
/** After four banned peers from one host it is time to doubt that they are four. */
const WEIGHT_OF_BANNED_PEER = 30;

/** A connection that is open, as far as the limits are concerned. */
export interface CountedConnection {
  readonly peerId: string;
  /** Where it comes from; see `hostOf`. */
  readonly host: string | undefined;
}

/** How many connections peers that are not trusted may make to this node, and how fast. */
export class ConnectionLimits {
  readonly #rate: RateLimit;
  readonly #hostBans: BanList;

  constructor(clock: Clock) {
    const [burst, perSecond] = [CONNECTION_BURST, CONNECTIONS_PER_SECOND];
    this.#rate = new RateLimit({ burst, perSecond, clock });
    this.#hostBans = new BanList(clock);
  }

  /** Counts a connection that begins; nobody knows yet whose it is. */
  tryBegin(host: string): boolean {
    return this.#rate.trySpend(host);
  }

  /** Whether peers that are not trusted are kept out because of where they come from. */
  isBanned(host: string | undefined): boolean {
    return host !== undefined && this.#hostBans.isBanned(host);
  }

  /** A peer was banned that is connected from here. The owner of this host is not shut out. */
  noteBannedPeer(host: string): void {
    if (!isLoopback(host)) this.#hostBans.note(host, WEIGHT_OF_BANNED_PEER);
  }

  /**
   * Why there is no place for one more connection; `undefined` if there is.
   *
   * @param asking The connection.
   * @param open The connections that others who are not trusted have made.
   */
  excessOf(asking: CountedConnection, open: readonly CountedConnection[]): string | undefined {
    const { peerId, host } = asking;
    const ofPeer = open.filter((each) => each.peerId === peerId).length;
    const ofHost = open.filter((each) => each.host === host).length;
    if (ofPeer >= MAX_CONNECTIONS_PER_PEER) return "too_many_connections";
    if (host !== undefined && ofHost >= MAX_CONNECTIONS_PER_HOST) return "too_many_from_host";
    return open.length >= MAX_UNTRUSTED_CONNECTIONS ? "node_full" : undefined;
  }
}
