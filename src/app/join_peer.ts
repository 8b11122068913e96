import { systemClock } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import { openTrustList, type Role } from "../network/mod.ts";
import type { JoinedPeer } from "../network/trust/invite/mod.ts";
import { getLogger } from "../telemetry/mod.ts";
import { findOwnAddresses } from "./find_own_addresses.ts";
import { isNodeRunning } from "./is_node_running.ts";
import { listDataPaths } from "./open_data_dir.ts";
import { openNetwork } from "./open_network.ts";
import { toDialableRelay } from "./to_dialable_relay.ts";

/** The use of an invitation. */
export interface JoinPeerRequest {
  /** The code, as a person has typed it. */
  readonly code: string;
  /** Where the inviter is. @default {undefined} it is looked for in all ways that are configured */
  readonly at?: string | undefined;
  /** What the inviter may do here. @default {undefined} what this node may do there, but never `admin` */
  readonly roles?: readonly Role[] | undefined;
  /** What a person calls the inviter. @default {undefined} nothing */
  readonly name?: string | undefined;
  /** How long to look for the inviter, in milliseconds. @default {30000} */
  readonly timeoutMs?: number | undefined;
  /** Told of each peer that was asked, and is not the one. @default {nobody} */
  readonly onAsked?: ((peerId: string) => void) | undefined;
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/** A peer that this machine's node has joined. */
export interface JoinedNode extends JoinedPeer {
  /** This machine's node, as the peer knows it. */
  readonly selfPeerId: string;
  /** Whether that node runs. */
  readonly isNodeRunning: boolean;
}

/**
 * Use an invitation for this machine's node, which need not run.
 *
 * @param config The data directory, and how peers are found.
 * @param request The code.
 * @returns Who was joined.
 * @throws {AppError} `invite_invalid`, `invite_own`, `invite_expired`, `invite_used`, `invite_cancelled`,
 *   `invite_refused`, `invite_not_found`, `peer_unreachable`, `trust_list_unusable` and others.
 */
export async function joinPeer(config: Config, request: JoinPeerRequest): Promise<JoinedNode> {
  const { code, at, signal } = request;
  const { join, openInviteStore, parseInviteCode } = await import(
    "../network/trust/invite/mod.ts"
  );
  // A typing error is told before anything is opened.
  parseInviteCode(code);
  const { identityPath, trustPath, invitesPath } = listDataPaths(config.dataDir);
  const clock = systemClock;
  await using trust = await openTrustList({ path: trustPath, clock });
  // It only looks: the node itself may run with the same identity, and is the one that others find.
  const { relayPeers, ...reach } = config.reach;
  const relays = relayPeers.map(toDialableRelay);
  const bootstrapPeers = [...config.p2p.bootstrapPeers, ...relays];
  await using network = await openNetwork({ ...config.p2p, bootstrapPeers }, {
    identityPath,
    isListening: false,
    reach: { ...reach, relayPeers: [], relayServer: false, autonat: false, announceAddresses: [] },
    isSearching: at === undefined,
    discovery: at === undefined ? config.discovery : undefined,
    clock,
    signal,
  });
  const { peerId: selfPeerId } = network;
  const joined = await join({
    ...{ network, trust, code, at, clock, signal },
    grant: request.roles,
    name: request.name,
    addresses: await findOwnAddresses(config, selfPeerId),
    ownInvites: openInviteStore({ path: invitesPath, clock }),
    timeoutMs: request.timeoutMs,
    onAsked: request.onAsked,
    logger: getLogger("trust"),
  });
  return { ...joined, selfPeerId, isNodeRunning: await isNodeRunning(config.dataDir) };
}
