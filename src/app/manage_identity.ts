import { systemClock } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import { NoIdentityError } from "./errors.ts";
import { listDataPaths, openDataDir } from "./open_data_dir.ts";

/** Who the node of a data directory is. */
export interface ShownIdentity {
  /** Its id, by which others know it. */
  readonly peerId: string;
  /** Where its private key is. */
  readonly path: string;
}

/** What has become of an identity. */
export interface ChangedIdentity extends ShownIdentity {
  /** Who it was; `undefined` if it was nobody yet. */
  readonly previousPeerId: string | undefined;
  /** Where the old key is kept; `undefined` if there was none. */
  readonly backupPath: string | undefined;
}

/**
 * Who this machine's node is.
 *
 * @param config Where the data directory is.
 * @returns The identity.
 * @throws {NoIdentityError} If no node has run here yet.
 * @throws {AppError} `identity_unreadable`, `identity_invalid`.
 */
export async function showIdentity(config: Config): Promise<ShownIdentity> {
  const { identityPath: path } = listDataPaths(config.dataDir);
  const { readIdentity } = await import("../network/libp2p/mod.ts");
  const identity = await readIdentity(path);
  if (identity === undefined) throw new NoIdentityError(path);
  return { peerId: identity.peerId, path };
}

/**
 * Give this machine's node a new identity. Others know it by the old one: they have to be told.
 *
 * @param config Where the data directory is.
 * @returns Both identities.
 * @throws {DataDirError} `data_dir_locked` if the node runs.
 * @throws {AppError} `identity_unreadable`, `identity_invalid`.
 */
export async function changeIdentity(config: Config): Promise<ChangedIdentity> {
  await using dataDir = await openDataDir(config.dataDir);
  const { rotateIdentity } = await import("../network/libp2p/mod.ts");
  const path = dataDir.identityPath;
  const { before, after, backupPath } = await rotateIdentity(path, { nowMs: systemClock.now() });
  return { peerId: after.peerId, path, previousPeerId: before?.peerId, backupPath };
}
