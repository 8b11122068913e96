import { abortable, type TaskGroup } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { Network } from "../network.ts";
import type { TrustChange, TrustedPeer, TrustList } from "./trust_list.ts";

/** What {@linkcode followRevocations} works with. */
export interface FollowRevocationsDeps {
  /** Where connections are. */
  readonly network: Pick<Network, "connect" | "disconnect">;
  /** The list to follow. */
  readonly trust: Pick<TrustList, "list" | "subscribe">;
  /** Told of who has lost roles. @default {nobody} */
  readonly logger?: Logger | undefined;
}

/**
 * Let go of peers as soon as they are trusted no more: their connections are closed, and with them
 * whatever is open on these. A peer that is trusted again is connected to again.
 *
 * @param group Owns the work.
 * @param deps The list, and the network to act on.
 */
export function followRevocations(group: TaskGroup, deps: FollowRevocationsDeps): void {
  const { trust } = deps;
  const known = new Map(trust.list().map((peer) => [peer.peerId, peer]));
  const changes: TrustChange[] = [];
  let wake = Promise.withResolvers<void>();
  const subscription = trust.subscribe((change) => {
    changes.push(change);
    wake.resolve();
  });
  group.spawn("follow revocations", async (signal) => {
    using _ = subscription;
    while (!signal.aborted) {
      wake = Promise.withResolvers();
      for (let change = changes.shift(); change !== undefined; change = changes.shift()) {
        const before = known.get(change.peerId);
        if (change.peer === undefined) known.delete(change.peerId);
        else known.set(change.peerId, change.peer);
        await act(change, before, { ...deps, group });
      }
      await abortable(wake.promise, signal);
    }
  });
}

async function act(
  { peerId, peer }: TrustChange,
  before: TrustedPeer | undefined,
  { network, logger, group }: FollowRevocationsDeps & { readonly group: TaskGroup },
): Promise<void> {
  const roles = peer?.roles ?? [];
  const hasLost = before?.roles.some((role) => !roles.includes(role)) ?? false;
  if (peer?.isRevoked || hasLost) {
    try {
      const wasConnected = await network.disconnect(peerId);
      logger?.info("Peer has lost roles", { peerId, roles, wasConnected });
    } catch (error) {
      // It is refused whatever it asks for, and the next change must not wait for ever.
      logger?.error("Peer has lost roles, and could not be disconnected", { peerId, roles, error });
    }
  }
  if (before === undefined || roles.length === 0 || !(hasLost || before.isRevoked)) return;
  group.spawn(`connect again to ${peerId}`, async (signal) => {
    try {
      await network.connect({ peerId }, { signal });
    } catch (error) {
      if (!signal.aborted) logger?.debug("Peer not reached", { peerId, error });
    }
  });
}
