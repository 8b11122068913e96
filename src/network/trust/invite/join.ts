import { type Clock, systemClock } from "../../../concurrency/mod.ts";
import { unwrapError } from "../../../error/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import { ProtocolUnsupportedError } from "../../errors.ts";
import type { Network, PeerTarget } from "../../network.ts";
import type { Role } from "../role.ts";
import type { TrustedPeer, TrustList } from "../trust_list.ts";
import {
  InviteNotFoundError,
  InviteProtocolError,
  InviteRefusedError,
  OwnInviteError,
} from "./errors.ts";
import { parseInviteCode } from "./invite_code.ts";
import { deriveInviteKey } from "./invite_proof.ts";
import type { InviteStore } from "./invite_store.ts";
import { JoinChannel } from "./join_channel.ts";
import { type JoinAgreement, showInvite } from "./join_exchange.ts";
import { toOwnAddresses } from "./join_message.ts";
import { DEFAULT_INVITE_LIMITS, JOIN_PROTOCOL } from "./limits.ts";
import { searchPeers } from "./search_peers.ts";

/** An invitation is looked for this long. */
const DEFAULT_TIMEOUT_MS = 30_000;

/** How an invitation is used. */
export interface JoinOptions {
  /** Reaches the peer that has made it, with the identity that is to be trusted. */
  readonly network: Pick<
    Network,
    "peerId" | "openStream" | "connections" | "discoveredPeers" | "discover"
  >;
  /** Where the inviter is put down. */
  readonly trust: Pick<TrustList, "get" | "trust">;
  /** The code, as a person has typed it. */
  readonly code: string;
  /** Where the inviter is. @default {undefined} all peers that are found are asked */
  readonly at?: string | undefined;
  /**
   * What the inviter may do here. @default {undefined} what this node may do there, but never `admin`
   */
  readonly grant?: readonly Role[] | undefined;
  /** What a person calls the inviter. @default {undefined} nothing */
  readonly name?: string | undefined;
  /** Where this node is, if others can dial it. @default {[]} */
  readonly addresses?: readonly string[] | undefined;
  /** The invitations of this node itself, which it cannot use. @default {none} */
  readonly ownInvites?: Pick<InviteStore, "find"> | undefined;
  /** How long to look for the inviter, in milliseconds. @default {30000} */
  readonly timeoutMs?: number | undefined;
  /** Told of each peer that was asked, and is not the one. @default {nobody} */
  readonly onAsked?: ((peerId: string) => void) | undefined;
  /** Where attempts are logged. @default {nowhere} */
  readonly logger?: Logger | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/** A peer that this node has joined. */
export interface JoinedPeer {
  /** The inviter, as it is on this node's list now. */
  readonly peer: TrustedPeer;
  /** What this node may do there. */
  readonly roles: readonly Role[];
}

/**
 * Use an invitation: find the peer that has made it, prove to each other that both know the code, and
 * trust each other from then on.
 *
 * A peer that is asked and has not made the invitation learns nothing that would let it in. To use the same
 * code once more with the same identity, while it is good, does no harm.
 *
 * @param options The code, and how peers are reached.
 * @returns Who was joined, and what this node may do there.
 * @throws {InviteInvalidError} If the code has a typing error.
 * @throws {OwnInviteError} If the invitation is this node's own.
 * @throws {InviteRefusedError} If the invitation has expired, or was used or cancelled.
 * @throws {InviteNotFoundError} If nobody who was found in time has made it.
 * @throws {PeerUnreachableError} If nobody is at the given address.
 * @throws {TrustListError} If the list of trusted peers cannot be written; the same code may be used again.
 */
export async function join(options: JoinOptions): Promise<JoinedPeer> {
  const { code, at, grant, ownInvites } = options;
  if (grant?.length === 0) throw new RangeError("Cannot join as the inviter would get no role");
  const invite = deriveInviteKey(parseInviteCode(code));
  if (await ownInvites?.find(invite.id) !== undefined) throw new OwnInviteError();
  const joiner = new Joiner(options, (channel) =>
    showInvite(channel, {
      selfPeerId: options.network.peerId,
      invite,
      grant,
      addresses: options.addresses ?? [],
    }));
  const met = at === undefined ? await joiner.search() : await joiner.meetAt(at);
  return await joiner.settle(met);
}

/** Whom this node has met, and what was agreed on. */
interface Met {
  readonly peerId: string;
  readonly agreement: JoinAgreement;
}

class Joiner {
  readonly #options: JoinOptions;
  readonly #clock: Clock;
  readonly #show: (channel: JoinChannel) => Promise<JoinAgreement | undefined>;
  readonly #asked = new Set<string>();
  #lastError: unknown;

  constructor(
    options: JoinOptions,
    show: (channel: JoinChannel) => Promise<JoinAgreement | undefined>,
  ) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#show = show;
  }

  /** Meet whoever is at an address. */
  async meetAt(multiaddr: string): Promise<Met> {
    const met = await this.#meet({ multiaddr }, this.#options.signal);
    if (met === undefined) {
      throw new InviteNotFoundError({ askedPeerIds: [...this.#asked], at: multiaddr });
    }
    return met;
  }

  /** Meet everybody, until one has made the invitation. */
  async search(): Promise<Met> {
    const { network, signal, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    try {
      const ask = (peerId: string, limit: AbortSignal): Promise<Met | "none" | "later"> =>
        this.#ask(peerId, limit);
      const met = await searchPeers({ network, ask, timeoutMs, clock: this.#clock, signal });
      if (met !== undefined) return met;
    } catch (error) {
      throw unwrapError(error);
    }
    const cause = this.#lastError;
    throw new InviteNotFoundError({ askedPeerIds: [...this.#asked], cause });
  }

  /** Put the inviter down. */
  async settle({ peerId, agreement }: Met): Promise<JoinedPeer> {
    const { trust, name, network } = this.#options;
    const reached = network.connections()
      .filter((each) => each.peerId === peerId && each.direction === "outbound")
      .map(({ multiaddr }) => multiaddr);
    const multiaddrs = toOwnAddresses([...reached, ...agreement.addresses], peerId);
    const before = trust.get(peerId)?.roles ?? [];
    // Whoever types a code of a peer that was revoked here wants it back.
    const roles = [...before, ...agreement.granted];
    const peer = await trust.trust({
      peerId,
      roles,
      source: "join",
      name,
      multiaddrs: multiaddrs.length === 0 ? undefined : multiaddrs,
    });
    return { peer, roles: agreement.roles };
  }

  async #ask(peerId: string, signal: AbortSignal): Promise<Met | "none" | "later"> {
    try {
      return await this.#meet({ peerId }, signal) ?? "none";
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof InviteRefusedError) throw error;
      // Whatever is wrong with one of many strangers is no reason to give up.
      this.#options.logger?.debug("Peer could not be asked about an invitation", { peerId, error });
      this.#lastError = error;
      return error instanceof InviteProtocolError ? "none" : "later";
    }
  }

  async #meet(target: PeerTarget, signal: AbortSignal | undefined): Promise<Met | undefined> {
    const { network, onAsked } = this.#options;
    const { messageTimeoutMs } = DEFAULT_INVITE_LIMITS;
    try {
      const stream = await network.openStream(target, JOIN_PROTOCOL, { signal });
      const { remotePeerId: peerId } = stream;
      try {
        const clock = this.#clock;
        const channel = new JoinChannel(stream, { clock, messageTimeoutMs, signal });
        const agreement = await this.#show(channel);
        if (agreement !== undefined) return { peerId, agreement };
        this.#asked.add(peerId);
        onAsked?.(peerId);
        return undefined;
      } finally {
        // All has been said, or nothing more is wanted; a stranger need not end its half for that.
        stream.abort(new Error("The exchange is over"));
      }
    } catch (error) {
      // A node of another kind, or an older one.
      if (error instanceof ProtocolUnsupportedError && "peerId" in target) return undefined;
      throw error;
    }
  }
}
