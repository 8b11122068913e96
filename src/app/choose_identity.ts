import { systemClock } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import { findAnnouncedNodes, IdentityUnreadableError, peerIdOfAddress } from "../network/mod.ts";
import { listAnnouncePaths } from "./announce_paths.ts";
import { listDataPaths } from "./open_data_dir.ts";

/** Under which identity a command dials somebody. */
export interface ChosenIdentity {
  /** The file of the key; `undefined` for an identity of the moment. */
  readonly path: string | undefined;
  /** Whether it goes to this machine's own node, which knows its owner by that identity. */
  readonly isOwner: boolean;
}

/**
 * Choose the identity under which a worker or a command dials a node. To this machine's own node it is
 * the owner's, which may do everything there. To others it is the node's, so that the trust which they
 * have in this machine holds for its commands too.
 *
 * @param config The configuration.
 * @param multiaddr Who is dialled.
 * @returns The identity.
 */
export async function chooseIdentity(config: Config, multiaddr: string): Promise<ChosenIdentity> {
  const { identityPath, ownerIdentityPath } = listDataPaths(config.dataDir);
  const ownPeerId = await readPeerId(identityPath);
  if (ownPeerId === undefined) return { path: undefined, isOwner: false };
  const isOwner = await isOwnAddress(config, { multiaddr, ownPeerId });
  return { path: isOwner ? ownerIdentityPath : identityPath, isOwner };
}

/** Whoever may not read the key comes as a stranger, and may still have a token. */
async function readPeerId(path: string): Promise<string | undefined> {
  const { readIdentity } = await import("../network/libp2p/mod.ts");
  try {
    return (await readIdentity(path))?.peerId;
  } catch (error) {
    if (error instanceof IdentityUnreadableError) return undefined;
    throw error;
  }
}

/** An address need not say whom it leads to; then the node's own announcement does. */
async function isOwnAddress(
  { p2p }: Config,
  { multiaddr, ownPeerId }: { readonly multiaddr: string; readonly ownPeerId: string },
): Promise<boolean> {
  const target = peerIdOfAddress(multiaddr);
  if (target !== undefined) return target === ownPeerId;
  const { live } = await findAnnouncedNodes(listAnnouncePaths(p2p.announceFile), {
    nowMs: systemClock.now(),
  });
  const own = live.find(({ peerId }) => peerId === ownPeerId)?.multiaddrs ?? [];
  const addresses = own.map((each) => each.replace(/\/p2p\/[^/]+$/, ""));
  if (addresses.includes(multiaddr)) return true;
  // A node that listens everywhere announces the address by which others reach it.
  const port = LOOPBACK.exec(multiaddr)?.[1];
  return port !== undefined && addresses.some((each) => each.endsWith(`/tcp/${port}`));
}

const LOOPBACK = /^\/(?:ip4\/127\.[0-9.]+|ip6\/::1|dns[46]?\/localhost)\/tcp\/(\d+)$/;
