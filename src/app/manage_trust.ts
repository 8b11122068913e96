import type { Config } from "../config/mod.ts";
import {
  InvalidMultiaddrError,
  MEMBER_ROLES,
  openTrustList,
  peerIdOfAddress,
  type Role,
  toPeerAddress,
  type TrustedPeer,
  type TrustList,
} from "../network/mod.ts";
import { InvalidPeerError, OwnerNotRevocableError } from "./errors.ts";
import { listDataPaths } from "./open_data_dir.ts";

/** A peer that a person trusts. */
export interface TrustPeerRequest {
  /** Its id, or an address that ends in `/p2p/` and its id. */
  readonly peer: string;
  /** What it may do. @default {undefined} as before, or else all roles but `admin` */
  readonly roles?: readonly Role[] | undefined;
  /** What a person calls it. @default {undefined} as before */
  readonly name?: string | undefined;
  /** Where it is; besides that in `peer`. @default {undefined} as before */
  readonly addresses?: readonly string[] | undefined;
}

/**
 * Trust a peer. A node that runs here notices at once.
 *
 * @param config Where the data directory is.
 * @param request Whom, and with what.
 * @returns The peer as it is on the list now.
 * @throws {InvalidPeerError} If what was given is no peer.
 * @throws {InvalidMultiaddrError} If an address is not one of the peer.
 * @throws {TrustListError} If the list cannot be written.
 */
export async function trustPeer(config: Config, request: TrustPeerRequest): Promise<TrustedPeer> {
  const { peer, name, addresses = [] } = request;
  const peerId = toPeerId(peer);
  const given = peer.startsWith("/") ? [peer, ...addresses] : addresses;
  const multiaddrs = given.map((each) => {
    const address = toPeerAddress(each, peerId);
    if (address !== undefined) return address;
    throw new InvalidMultiaddrError(each, "it is none, or leads to another peer");
  });
  await using list = await openList(config);
  return await list.trust({
    peerId,
    roles: request.roles ?? rolesOf(list.get(peerId)) ?? MEMBER_ROLES,
    name,
    multiaddrs: multiaddrs.length === 0 ? undefined : multiaddrs,
  });
}

/**
 * Trust a peer no more. A node that runs here closes its connections at once.
 *
 * @param config Where the data directory is.
 * @param peer Its id, or its name on the list.
 * @returns The peer's id, and whether anything has changed.
 * @throws {InvalidPeerError} If what was given is no peer, or the name of several.
 * @throws {OwnerNotRevocableError} If it is this machine's owner.
 * @throws {TrustListError} If the list cannot be written.
 */
export async function revokePeer(
  config: Config,
  peer: string,
): Promise<{ readonly peerId: string; readonly hasChanged: boolean }> {
  await using list = await openList(config);
  const [named, another] = list.list().filter(({ name }) => name === peer);
  if (another !== undefined) throw new InvalidPeerError(peer, "several have this name");
  const peerId = named?.peerId ?? toPeerId(peer);
  await refuseToRevokeOwner(config, peerId);
  return { peerId, hasChanged: await list.revoke(peerId) };
}

/**
 * The peers that a person has trusted or revoked.
 *
 * @param config Where the data directory is.
 * @returns The peers, oldest first.
 * @throws {TrustListError} If the list cannot be read.
 */
export async function listTrustedPeers(config: Config): Promise<readonly TrustedPeer[]> {
  await using list = await openList(config);
  return list.list();
}

/** Worker and commands of this machine would be shut out of its own node. */
async function refuseToRevokeOwner(config: Config, peerId: string): Promise<void> {
  const { readIdentity } = await import("../network/libp2p/mod.ts");
  const owner = await readIdentity(listDataPaths(config.dataDir).ownerIdentityPath);
  if (owner?.peerId === peerId) throw new OwnerNotRevocableError(peerId);
}

function openList(config: Config): Promise<TrustList> {
  return openTrustList({ path: listDataPaths(config.dataDir).trustPath });
}

function rolesOf(peer: TrustedPeer | undefined): readonly Role[] | undefined {
  return peer === undefined || peer.isRevoked ? undefined : peer.roles;
}

/** The form in which the handshake tells ids; another form of the same id would never match. */
const PEER_ID = /^(12D3KooW.{44}|16Uiu2HA.{45}|Qm.{44})$/;
const BASE58 = /^[1-9A-HJ-NP-Za-km-z]+$/;

function toPeerId(peer: string): string {
  const peerId = peer.startsWith("/") ? peerIdOfAddress(peer) : peer;
  if (peerId !== undefined && PEER_ID.test(peerId) && BASE58.test(peerId)) return peerId;
  throw new InvalidPeerError(peer);
}
