import { type TaskGroup, waitForAbort } from "../../concurrency/mod.ts";
import { BOOTSTRAP } from "./bootstrap.ts";
import { TRUSTED } from "./trusted_peers.ts";
import { isDnsaddr } from "./dnsaddr.ts";
import { peerIdOfAddress } from "./peer_address.ts";
import type { PeerBook } from "./peer_book.ts";
import type { Finder } from "./peer_entry.ts";
import type { PeerMemory } from "./peer_memory.ts";
import { Redial, type RedialOptions } from "./redial.ts";

const STATIC: Finder = { name: BOOTSTRAP, reach: "wide" };
/** By these a person has said whom to stay connected to. */
const WANTED: ReadonlySet<string> = new Set([BOOTSTRAP, TRUSTED]);
/** Finds the peers that have answered in an earlier life of the node. */
const KNOWN: Finder = { name: "known", reach: "wide" };

/** What {@linkcode holdOnToPeers} works with. */
export interface HoldOnToPeersOptions extends RedialOptions {
  readonly book: PeerBook;
  /** Remembers peers over restarts; without it only configured peers are held. @default none */
  readonly memory?: PeerMemory | undefined;
  /** Addresses of peers that were configured. */
  readonly bootstrap: readonly string[];
}

/**
 * Stay connected to the peers that were configured, and to those that discovery has found and that
 * have answered, in this life of the node or in an earlier one.
 *
 * @param group Owns the work.
 * @param options The peers, and how they are dialled.
 * @returns What dials them.
 */
export function holdOnToPeers(group: TaskGroup, options: HoldOnToPeersOptions): Redial {
  const { book, memory, bootstrap } = options;
  const redial = new Redial(group, {
    ...options,
    // Now that it is known who is there, it is listed like the others.
    onConnected: (target, peerId) => {
      if (!("multiaddr" in target)) return;
      book.found(STATIC, { peerId, multiaddrs: [target.multiaddr] });
    },
  });
  const subscription = book.subscribe(({ peerId, verifiedMultiaddr, isSeen }) => {
    if (isSeen === true) redial.wake(peerId);
    const methods = book.get(peerId)?.methods ?? [];
    if (methods.some((method) => WANTED.has(method))) redial.keep({ peerId }, "static");
    if (memory === undefined || verifiedMultiaddr === undefined) return;
    memory.remember(peerId, verifiedMultiaddr);
    redial.keep({ peerId }, "known");
  });
  group.spawn("remember peers", async (signal) => {
    using _ = subscription;
    await (memory?.keepSaved(signal) ?? waitForAbort(signal));
  });
  for (const multiaddr of bootstrap.filter((each) => !isDnsaddr(each))) {
    const peerId = peerIdOfAddress(multiaddr);
    if (peerId === undefined) redial.keep({ multiaddr }, "static");
    else book.found(STATIC, { peerId, multiaddrs: [multiaddr], ttlMs: Infinity, lastSeenMs: 0 });
  }
  for (const { peerId, multiaddrs } of memory?.list() ?? []) {
    book.found(KNOWN, { peerId, multiaddrs, ttlMs: Infinity, lastSeenMs: 0 });
    redial.keep({ peerId }, "known");
  }
  return redial;
}
