import type { Clock } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import {
  type Authorizer,
  type ConnectionPolicy,
  createAuthorizer,
  createConnectionPolicy,
  openTrustList,
  parseAllowedPeer,
  type Refusal,
  type TrustList,
} from "../network/mod.ts";
import { getLogger } from "../telemetry/mod.ts";
import type { DataDir } from "./open_data_dir.ts";

/** Who may use a node. Disposing it ends the watch of the list. */
export interface NodeTrust extends AsyncDisposable {
  /** The peers that a person has trusted or revoked. */
  readonly list: TrustList;
  /** Decides about requests. */
  readonly authorizer: Authorizer;
  /** Decides about connections. */
  readonly policy: ConnectionPolicy;
}

/** What else decides about who may use a node. */
export interface OpenTrustOptions {
  readonly dataDir: DataDir;
  /** Gives roles to who shows it. */
  readonly token: string | undefined;
  /** Told of requests that were refused. @default {nobody} */
  readonly onRefusal?: ((refusal: Refusal) => void) | undefined;
  readonly clock: Clock;
}

/**
 * Open what decides about who may use this node.
 *
 * @param config The group `p2p` of the configuration.
 * @param options Files, the token.
 * @returns The list, and what follows from it.
 */
export async function openTrust(
  config: Config["p2p"],
  options: OpenTrustOptions,
): Promise<NodeTrust> {
  const { dataDir, token, onRefusal, clock } = options;
  const logger = getLogger("trust");
  const list = await openTrustList({ path: dataDir.trustPath, clock, logger, watch: true });
  await using opened = new AsyncDisposableStack();
  opened.use(list);
  const { loadOrCreateIdentity } = await import("../network/libp2p/mod.ts");
  // Made before anybody comes with it, as its name has to be known by then.
  const { peerId: owner } = await loadOrCreateIdentity(dataDir.ownerIdentityPath);
  const known = {
    trust: list,
    allowPeers: config.allowPeers.map(parseAllowedPeer),
    owners: [owner],
  };
  const isOpen = config.openSwarm;
  const owned = opened.move();
  return {
    list,
    authorizer: createAuthorizer({ ...known, token, isOpen, onRefusal }),
    policy: createConnectionPolicy(known),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
