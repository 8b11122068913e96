import { dirname } from "node:path";
import { listAnnounceLocations } from "../network/mod.ts";

/**
 * Where nodes of this machine say where they are.
 *
 * @param announceFile Where this node does so; `false` for nowhere, and then nobody is looked for.
 * @returns The files, that of this node first.
 */
export function listAnnouncePaths(announceFile: string | false): readonly string[] {
  if (announceFile === false) return [];
  // By default it is in a directory of its own in the user's directory for caches.
  const cacheDirectory = dirname(dirname(announceFile));
  return [...new Set([announceFile, ...listAnnounceLocations({ cacheDirectory })])];
}
