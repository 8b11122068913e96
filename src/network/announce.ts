import { isJsonObject, type JsonObject, parseJson, toJson } from "../codec/mod.ts";
import { removeIfThere, writeFileAtomically } from "../file/mod.ts";
import { AnnounceFileError } from "./errors.ts";

/** A hundred times what a node writes. A larger file is not an announcement. */
const MAX_FILE_BYTES = 64 * 1024;

/** Where a node can be found. */
export interface Announcement {
  /** The node. */
  readonly peerId: string;
  /** Its address, ending in `/p2p/<peerId>`. */
  readonly multiaddr: string;
  /** All its addresses, for those that read more than one. @default {[multiaddr]} */
  readonly multiaddrs?: readonly string[] | undefined;
  /** Until when that holds, in milliseconds since the Unix epoch. @default for ever */
  readonly expiresMs?: number | undefined;
}

/** An announcement as it was found. */
export interface FoundAnnouncement extends Announcement {
  /** All its addresses. */
  readonly multiaddrs: readonly string[];
  /** The process that wrote it, if it says so. */
  readonly pid?: number | undefined;
  /** When it was written, in milliseconds since the Unix epoch. */
  readonly writtenMs: number;
  /** Which user has written it; `null` where there are no such numbers. */
  readonly ownerUid: number | null;
}

/** What decides which address is announced. */
export interface AnnouncedAddressOptions {
  /** The address of this host as others see it, for a host behind a gateway. @default {undefined} */
  readonly publicIp?: string | undefined;
}

/**
 * Choose the one address that an announce file can hold: the public one if given, else one that
 * other hosts can dial, else one for this host.
 *
 * @param multiaddrs Where the node listens, as `Network.multiaddrs()` tells.
 * @param options The public address.
 * @returns The address, or `undefined` if the node does not listen.
 */
export function chooseAnnouncedMultiaddr(
  multiaddrs: readonly string[],
  options: AnnouncedAddressOptions = {},
): string | undefined {
  const { publicIp } = options;
  const direct = multiaddrs.filter((multiaddr) => !multiaddr.includes("/p2p-circuit"));
  // Through a relay only if there is no other way: whoever reads the file is on this host.
  if (direct.length === 0) return multiaddrs[0];
  const best = findFirst(direct, [
    /^\/ip4\/(?!127\.|169\.254\.|0\.)/,
    /^\/ip4\/127\./,
    /^\/ip6\/(?!::1\/|fe80)/i,
    /^\//,
  ]);
  if (best === undefined || publicIp === undefined) return best;
  const family = publicIp.includes(":") ? "ip6" : "ip4";
  return best.replace(/^\/[^/]+\/[^/]+/, `/${family}/${publicIp}`);
}

/**
 * Write where a node can be found, for clients on this host that know the path.
 *
 * @param path The file. Missing directories are made.
 * @param announcement The node and its address.
 * @throws {AnnounceFileError} If the file cannot be written.
 */
export async function writeAnnounceFile(path: string, announcement: Announcement): Promise<void> {
  const { multiaddrs, expiresMs } = announcement;
  const content = {
    "peer_id": announcement.peerId,
    "multiaddr": announcement.multiaddr,
    // Both let a reader see that the writer died without removing the file.
    "pid": Deno.pid,
    ...(expiresMs !== undefined && { "expires_at": expiresMs / 1000 }),
    ...(multiaddrs !== undefined && { multiaddrs: [...multiaddrs] }),
  };
  try {
    // Not durable: after a power cut the node is not there either.
    const data = new TextEncoder().encode(`${toJson(content)}\n`);
    await writeFileAtomically(path, data, { isDurable: false });
  } catch (error) {
    throw new AnnounceFileError(path, error);
  }
}

/**
 * Read where a node on this host can be found.
 *
 * @param path The file.
 * @returns The announcement, or `undefined` if there is none or it is not understood.
 * @throws {AnnounceFileError} If the file cannot be read.
 */
export async function readAnnounceFile(path: string): Promise<FoundAnnouncement | undefined> {
  try {
    const content = await readObject(path);
    return content === undefined ? undefined : await toAnnouncement(path, content);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new AnnounceFileError(path, error);
  }
}

/**
 * Remove an announce file, unless another process has put its own in its place.
 *
 * @param path The file.
 * @param owner The node that wrote it, in this process.
 * @returns Whether there was one of ours.
 * @throws {AnnounceFileError} If the file cannot be read or removed.
 */
export async function removeAnnounceFile(
  path: string,
  owner: Pick<Announcement, "peerId">,
): Promise<boolean> {
  try {
    const content = await readObject(path);
    const isOurs = content?.["peer_id"] === owner.peerId && content?.["pid"] === Deno.pid;
    if (isOurs) await removeIfThere(path);
    return isOurs;
  } catch (error) {
    throw new AnnounceFileError(path, error);
  }
}

async function toAnnouncement(
  path: string,
  content: JsonObject,
): Promise<FoundAnnouncement | undefined> {
  const { "peer_id": peerId, multiaddr, pid, "expires_at": expiresAt } = content;
  if (typeof peerId !== "string" || typeof multiaddr !== "string") return undefined;
  if (!multiaddr.includes("/p2p/")) return undefined;
  const all = Array.isArray(content["multiaddrs"]) ? content["multiaddrs"] : [];
  const texts = all.filter((each) => typeof each === "string");
  const { mtime, uid } = await Deno.stat(path);
  return {
    peerId,
    multiaddr,
    multiaddrs: [...new Set([multiaddr, ...texts])],
    writtenMs: mtime?.getTime() ?? 0,
    ownerUid: uid,
    ...(typeof pid === "number" && Number.isSafeInteger(pid) && pid > 0 && { pid }),
    ...(typeof expiresAt === "number" && { expiresMs: expiresAt * 1000 }),
  };
}

async function readObject(path: string): Promise<JsonObject | undefined> {
  let text: string;
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_FILE_BYTES) return undefined;
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const value = tryParse(text);
  return value !== undefined && isJsonObject(value) ? value : undefined;
}

/** What is not JSON is not ours. */
function tryParse(text: string): ReturnType<typeof parseJson> | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function findFirst(
  multiaddrs: readonly string[],
  preferences: readonly RegExp[],
): string | undefined {
  for (const pattern of preferences) {
    const found = multiaddrs.find((multiaddr) => pattern.test(multiaddr));
    if (found !== undefined) return found;
  }
  return undefined;
}
