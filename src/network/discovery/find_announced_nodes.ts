import { type FoundAnnouncement, readAnnounceFile } from "../announce.ts";
import { AnnounceFileError } from "../errors.ts";
import { isProcessAlive } from "./is_process_alive.ts";

/** A node that says in a file of this host where it is. */
export interface AnnouncedNode extends FoundAnnouncement {
  /** The file. */
  readonly path: string;
}

/** A node that has gone without removing its file. */
export interface StaleNode extends AnnouncedNode {
  /** How that is known: the announcement has run out, or the process that wrote it has ended. */
  readonly reason: "expired" | "process_ended";
}

/** What was found at the places where nodes of a host announce themselves. */
export interface AnnouncedNodes {
  /** Nodes that run, as far as one can tell; the newest announcement comes first. */
  readonly live: readonly AnnouncedNode[];
  /** Nodes that do not run any more. */
  readonly stale: readonly StaleNode[];
  /** Files that cannot be read, except those that this user may not read. */
  readonly failures: readonly AnnounceFileError[];
}

/**
 * Find the nodes of this host by the files in which they announce themselves.
 *
 * @param paths The files; those that are missing or not understood are passed over.
 * @param options The time, in milliseconds since the Unix epoch.
 * @returns What was found. A file that cannot be read keeps nobody from being found by the others.
 */
export async function findAnnouncedNodes(
  paths: readonly string[],
  { nowMs }: { readonly nowMs: number },
): Promise<AnnouncedNodes> {
  const live: AnnouncedNode[] = [];
  const stale: StaleNode[] = [];
  const failures: AnnounceFileError[] = [];
  await Promise.all([...new Set(paths)].map(async (path) => {
    const found = await readIfAllowed(path);
    if (found instanceof AnnounceFileError) failures.push(found);
    else if (found !== undefined) {
      const reason = findStaleness(found, nowMs);
      if (reason === undefined) live.push({ ...found, path });
      else stale.push({ ...found, path, reason });
    }
  }));
  live.sort((a, b) => b.writtenMs - a.writtenMs);
  stale.sort((a, b) => b.writtenMs - a.writtenMs);
  return { live, stale, failures };
}

/**
 * Why an announcement does not hold any more.
 *
 * @param announcement What was read.
 * @param nowMs The time, in milliseconds since the Unix epoch.
 * @returns The reason; `undefined` if it holds, or nothing says that it does not.
 */
export function findStaleness(
  { pid, expiresMs }: FoundAnnouncement,
  nowMs: number,
): StaleNode["reason"] | undefined {
  if (pid !== undefined && isProcessAlive(pid) === false) return "process_ended";
  return expiresMs !== undefined && expiresMs <= nowMs ? "expired" : undefined;
}

/** What this user may not read was not written for it. */
async function readIfAllowed(
  path: string,
): Promise<FoundAnnouncement | AnnounceFileError | undefined> {
  try {
    return await readAnnounceFile(path);
  } catch (error) {
    if (!(error instanceof AnnounceFileError)) throw error;
    const { PermissionDenied, NotCapable } = Deno.errors;
    const isForbidden = error.cause instanceof PermissionDenied ||
      error.cause instanceof NotCapable;
    return isForbidden ? undefined : error;
  }
}
