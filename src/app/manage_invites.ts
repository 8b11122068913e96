import { systemClock } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import type {
  CreatedInvite,
  Invite,
  InviteRequest,
  InviteStore,
} from "../network/trust/invite/mod.ts";
import { findOwnAddresses } from "./find_own_addresses.ts";
import { isNodeRunning } from "./is_node_running.ts";
import { listDataPaths } from "./open_data_dir.ts";

/** An invitation that was just made, and where it can be used. */
export interface NewInvite extends CreatedInvite {
  /** Whether a node runs here, without which nobody can use it. */
  readonly isNodeRunning: boolean;
  /** Where that node is; empty if it does not say so. */
  readonly multiaddrs: readonly string[];
}

/** An invitation, and what has become of it. */
export interface ListedInvite extends Invite {
  /** What has become of it. */
  readonly state: "open" | "used" | "cancelled" | "expired";
}

/**
 * Invite somebody to use this machine's node, and to be used by it.
 *
 * @param config Where the data directory is.
 * @param request What whoever joins may do, and for how long the invitation is good.
 * @returns The invitation with its code.
 * @throws {TooManyInvitesError} If too many are open.
 * @throws {InviteStoreError} If it cannot be kept.
 */
export async function createInvite(config: Config, request: InviteRequest): Promise<NewInvite> {
  const store = await openStore(config);
  const created = await store.create(request);
  const isRunning = await isNodeRunning(config.dataDir);
  const multiaddrs = isRunning ? await listAddresses(config) : [];
  return { ...created, isNodeRunning: isRunning, multiaddrs };
}

/**
 * The invitations of this machine's node: those that are open, and for a while those that are not.
 *
 * @param config Where the data directory is.
 * @returns The invitations, oldest first.
 * @throws {InviteStoreError} If they cannot be read.
 */
export async function listInvites(config: Config): Promise<readonly ListedInvite[]> {
  const { stateOf } = await import("../network/trust/invite/mod.ts");
  const nowMs = systemClock.now();
  const invites = await (await openStore(config)).list();
  return invites.map((invite) => ({ ...invite, state: stateOf(invite, nowMs) }));
}

/**
 * Let nobody use an invitation any more.
 *
 * @param config Where the data directory is.
 * @param id Its id, or the beginning of it.
 * @returns The invitation.
 * @throws {InviteUnknownError} If no open one, or more than one, has this id.
 * @throws {InviteStoreError} If they cannot be written.
 */
export async function cancelInvite(config: Config, id: string): Promise<Invite> {
  return await (await openStore(config)).cancel(id);
}

async function openStore(config: Config): Promise<InviteStore> {
  const { openInviteStore } = await import("../network/trust/invite/mod.ts");
  return openInviteStore({ path: listDataPaths(config.dataDir).invitesPath, clock: systemClock });
}

async function listAddresses(config: Config): Promise<readonly string[]> {
  const { readIdentity } = await import("../network/libp2p/mod.ts");
  const identity = await readIdentity(listDataPaths(config.dataDir).identityPath);
  return identity === undefined ? [] : await findOwnAddresses(config, identity.peerId);
}
