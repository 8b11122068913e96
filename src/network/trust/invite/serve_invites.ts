import { type Clock, RateLimit, type TaskGroup } from "../../../concurrency/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import type { Network, Stream } from "../../network.ts";
import type { Refusal } from "../../conduct/refusal.ts";
import type { TrustList } from "../trust_list.ts";
import { InviteProtocolError } from "./errors.ts";
import type { InviteStore } from "./invite_store.ts";
import { Inviter } from "./inviter.ts";
import { JoinChannel } from "./join_channel.ts";
import { DEFAULT_INVITE_LIMITS, type InviteLimits, JOIN_PROTOCOL } from "./limits.ts";

/** What invitations are honoured with. */
export interface ServeInvitesDeps {
  /** Where they are shown. */
  readonly network: Pick<Network, "peerId" | "handle" | "multiaddrs" | "noteOffence">;
  /** The invitations. */
  readonly invites: Pick<InviteStore, "find" | "take" | "giveBack">;
  /** Where whoever joins is put down. */
  readonly trust: Pick<TrustList, "get" | "grant">;
  /** Whose time it is. */
  readonly clock: Clock;
  /** How much of strangers is borne. @default {DEFAULT_INVITE_LIMITS} */
  readonly limits?: Partial<InviteLimits> | undefined;
  /** Where joins and refusals are logged. @default {nowhere} */
  readonly logger?: Logger | undefined;
  /** Told of each peer that was not let in. @default {nobody} */
  readonly onRefusal?: ((refusal: Refusal) => void) | undefined;
}

/**
 * Let in whoever shows an invitation of this node: both sides prove that they know its code, to this
 * very peer and in this very exchange, and then trust each other. It ends with the group.
 *
 * The code itself never travels, so that neither a relay nor a peer that was taken for the inviter
 * learns anything that would let it in.
 *
 * @param group What it lives in.
 * @param deps The network, the invitations, and the list of trusted peers.
 * @throws {TypeError} If the protocol is served already.
 */
export async function serveInvites(group: TaskGroup, deps: ServeInvitesDeps): Promise<void> {
  const { network, clock, logger } = deps;
  const limits = { ...DEFAULT_INVITE_LIMITS, ...deps.limits };
  const { maxAttemptsPerMinute: burst, maxStreamsPerPeer, messageTimeoutMs } = limits;
  const pace = new RateLimit({ burst, perSecond: burst / 60, clock });
  const inviter = new Inviter(deps);
  await network.handle(group, JOIN_PROTOCOL, async (stream: Stream, signal: AbortSignal) => {
    const channel = new JoinChannel(stream, { clock, messageTimeoutMs, signal });
    try {
      if (pace.trySpend(channel.peerId)) await inviter.meet(channel);
      else await inviter.turnAway(channel);
    } catch (error) {
      if (!(error instanceof InviteProtocolError)) throw error;
      // Other people's mistakes are not ours to report as failures.
      const { peerId, offence, reason } = error;
      logger?.debug("Exchange about an invitation failed", { peerId, reason });
      if (offence !== undefined) network.noteOffence(peerId, offence);
      stream.abort(error);
    }
  }, { maxStreamsPerPeer });
}
