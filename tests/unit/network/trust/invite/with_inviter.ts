import { FakeClock, runTaskGroup, systemClock } from "../../../../../src/concurrency/mod.ts";
import { MemoryHub } from "../../../../../src/network/memory/mod.ts";
import {
  type Network,
  type Offence,
  openTrustList,
  type Refusal,
  type Stream,
  type TrustList,
} from "../../../../../src/network/mod.ts";
import {
  type InviteLimits,
  type InviteStore,
  join,
  JOIN_PROTOCOL,
  type JoinedPeer,
  type JoinOptions,
  openInviteStore,
  serveInvites,
} from "../../../../../src/network/trust/invite/mod.ts";
import { FakeLogger } from "../../fake_logger.ts";
import { withDirectory } from "../../with_directory.ts";

/** A node that invites, and a hub where others can be. */
export interface InviterFixture {
  readonly hub: MemoryHub;
  readonly clock: FakeClock;
  readonly logger: FakeLogger;
  /** The inviter. */
  readonly network: Network;
  readonly invites: InviteStore;
  readonly trust: TrustList;
  readonly offences: readonly (readonly [peerId: string, offence: Offence])[];
  readonly refusals: readonly Refusal[];
  /** Open a peer, which is closed at the end. */
  openPeer(peerId: string): Promise<Joining>;
}

/** A peer that may join. */
export interface Joining {
  readonly network: Network;
  readonly trust: TrustList;
  /** Use a code. */
  join(code: string, options?: Partial<JoinOptions>): Promise<JoinedPeer>;
  /** A stream to the inviter, for what an honest peer does not do. */
  openStream(to?: string): Promise<Stream>;
}

/** The id of the node that invites. */
export const INVITER = "alice";

/** Run a test with a node that honours invitations. */
export function withInviter(
  run: (fixture: InviterFixture) => Promise<void>,
  limits: Partial<InviteLimits> = {},
): Promise<void> {
  return withDirectory(async (directory) => {
    await using opened = new AsyncDisposableStack();
    const clock = new FakeClock(1_000_000);
    const logger = new FakeLogger();
    const hub = new MemoryHub({ clock: systemClock });
    const inner = opened.use(hub.open({ peerId: INVITER, logger }));
    const offences: (readonly [string, Offence])[] = [];
    const refusals: Refusal[] = [];
    const network: Network = Object.assign(Object.create(inner), {
      peerId: INVITER,
      handle: inner.handle.bind(inner),
      multiaddrs: () => inner.multiaddrs(),
      noteOffence: (peerId: string, offence: Offence) => offences.push([peerId, offence]),
    });
    const invites = openInviteStore({ path: `${directory}/invites.json`, clock });
    const trust = opened.use(await openTrustList({ path: `${directory}/trust.json`, clock }));
    const openPeer = async (peerId: string): Promise<Joining> => {
      const peer = opened.use(hub.open({ peerId }));
      const path = `${directory}/trust-${peerId}.json`;
      const list = opened.use(await openTrustList({ path, clock }));
      return {
        network: peer,
        trust: list,
        join: (code, options) => join({ network: peer, trust: list, code, ...options }),
        openStream: (to = INVITER) => peer.openStream({ peerId: to }, JOIN_PROTOCOL),
      };
    };
    await runTaskGroup(async (group) => {
      await serveInvites(group, {
        ...{ network, invites, trust, clock, limits, logger },
        onRefusal: (refusal) => refusals.push(refusal),
      });
      await run({
        ...{ hub, clock, logger, network, invites, trust, offences, refusals, openPeer },
      });
      group.cancel();
    });
  });
}
