import { join } from "node:path";
import {
  type AnnouncedAddressOptions,
  chooseAnnouncedMultiaddr,
  readAnnounceFile,
  removeAnnounceFile,
  writeAnnounceFile,
} from "../announce.ts";
import type { DiscoverableSelf, DiscoveryContext, DiscoveryMethod } from "./discovery_method.ts";
import { findAnnouncedNodes, findStaleness } from "./find_announced_nodes.ts";

const INTERVAL_MS = 10_000;
const BUDGET_MS = 5_000;
/** How long an announcement holds, for readers that may not ask whether its process is alive. */
const EXPIRY_MS = 180_000;
/** It is written again when it is this old, and is then a sign of life. */
const RENEW_AFTER_MS = 60_000;
const MAX_ADDRESSES = 16;

/** Where nodes of this host say where they are. */
export interface AnnounceLocationOptions {
  /** The user's directory for caches, such as `~/.cache`. @default {undefined} nobody's */
  readonly cacheDirectory?: string | undefined;
  /** Where programs are run from. @default {"."} */
  readonly workingDirectory?: string | undefined;
}

/**
 * The files in which Python nodes announce themselves, and in which their clients look.
 *
 * @param options The directories.
 * @returns The paths, in the order of their clients.
 */
export function listAnnounceLocations(options: AnnounceLocationOptions = {}): readonly string[] {
  const { cacheDirectory, workingDirectory = "." } = options;
  const ofProject = ["task_p2p_announce.json", "task_p2p_announce_mcp.json"]
    .map((name) => join(workingDirectory, "state", name));
  const ofUser = cacheDirectory === undefined ? [] : ["ipfs_accelerate_py", "ipfs_datasets_py"]
    .map((name) => join(cacheDirectory, name, "task_p2p_announce.json"));
  return [...ofProject, ...ofUser, "/var/cache/ipfs-accelerate/task_p2p_announce.json"];
}

/** What the method is told. */
export interface AnnounceFileOptions extends AnnouncedAddressOptions {
  /** Where this node says where it is. @default {undefined} nowhere */
  readonly path?: string | undefined;
  /** Where others may have done so. @default {[]} */
  readonly readPaths?: readonly string[] | undefined;
}

/**
 * Find the nodes of this host by files at places that all of them know, and be found there.
 *
 * A file that two nodes share holds the one that was started last; when that one is gone the other
 * one writes it anew.
 *
 * @param options The places.
 * @returns The method `announce-file`.
 */
export function createAnnounceFile(options: AnnounceFileOptions): DiscoveryMethod {
  const { path, readPaths = [] } = options;
  const paths = [...new Set([...(path === undefined ? [] : [path]), ...readPaths])];
  return {
    name: "announce-file",
    reach: "host",
    intervalMs: INTERVAL_MS,
    budgetMs: BUDGET_MS,
    start: async (context, signal) => {
      signal.throwIfAborted();
      if (path !== undefined) await announce(path, context, options);
      return {
        [Symbol.asyncDispose]: async () => {
          if (path !== undefined) await removeAnnounceFile(path, context.self);
        },
      };
    },
    look: async (context, signal) => {
      signal.throwIfAborted();
      if (path !== undefined) await renew(path, context, options);
      await readAll(paths, context);
      signal.throwIfAborted();
    },
  };
}

async function announce(
  path: string,
  { self, clock }: DiscoveryContext,
  options: AnnouncedAddressOptions,
): Promise<void> {
  const multiaddrs = listAnnounced(self, options);
  const [multiaddr] = multiaddrs;
  if (multiaddr === undefined) return;
  const expiresMs = clock.now() + EXPIRY_MS;
  await writeAnnounceFile(path, { peerId: self.peerId, multiaddr, multiaddrs, expiresMs });
}

/** What the file holds; the first is the one for readers that read only one. */
function listAnnounced(
  self: DiscoverableSelf,
  options: AnnouncedAddressOptions,
): readonly string[] {
  const all = self.multiaddrs();
  const first = chooseAnnouncedMultiaddr(all, options);
  return first === undefined ? [] : [...new Set([first, ...all])].slice(0, MAX_ADDRESSES);
}

/** Write it anew if it is gone, says something else, or will not hold for long. */
async function renew(
  path: string,
  context: DiscoveryContext,
  options: AnnouncedAddressOptions,
): Promise<void> {
  const { self, clock } = context;
  const there = await readAnnounceFile(path);
  const nowMs = clock.now();
  const isTaken = there !== undefined && there.peerId !== self.peerId &&
    findStaleness(there, nowMs) === undefined;
  if (isTaken) return;
  const multiaddrs = listAnnounced(self, options);
  if (multiaddrs.length === 0 && there?.peerId === self.peerId) {
    await removeAnnounceFile(path, self);
  }
  const { expiresMs = 0 } = there ?? {};
  // An address through a relay comes later than the others, and is what other networks need.
  const isCurrent = there?.peerId === self.peerId && isSameList(there.multiaddrs, multiaddrs) &&
    expiresMs - nowMs > EXPIRY_MS - RENEW_AFTER_MS;
  if (!isCurrent) await announce(path, context, options);
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

async function readAll(paths: readonly string[], context: DiscoveryContext): Promise<void> {
  const nowMs = context.clock.now();
  const { live, failures: [failure] } = await findAnnouncedNodes(paths, { nowMs });
  for (const { peerId, multiaddrs, writtenMs } of live) {
    if (peerId === context.self.peerId) continue;
    context.found({
      peerId,
      multiaddrs: multiaddrs.slice(0, MAX_ADDRESSES),
      lastSeenMs: Math.min(nowMs, writtenMs),
    });
  }
  if (failure !== undefined) throw failure;
}
