import { type JoinedNode, joinPeer } from "../../app/mod.ts";
import type { JsonObject } from "../../codec/mod.ts";
import type { Config } from "../../config/mod.ts";
import { EXIT } from "../exit_code.ts";
import { formatPairs } from "../format_pairs.ts";
import { configureCommandLogging } from "../logging.ts";
import { showProgress } from "../show_progress.ts";
import { listenForStop } from "../stop_signal.ts";
import { printResult, type Terminal } from "../terminal.ts";
import type { JoinCommandOptions } from "./command.ts";

/** What `mcpp join` was given. */
export interface JoinInput {
  readonly code: string;
  readonly options: JoinCommandOptions;
  readonly config: Config;
  readonly terminal: Terminal;
}

/**
 * Use an invitation.
 *
 * @param input The code.
 * @returns The exit code.
 */
export async function join({ code, options, config, terminal }: JoinInput): Promise<number> {
  const { at, role: roles, name, timeout } = options;
  configureCommandLogging(config, terminal);
  using stop = listenForStop();
  const { signal } = stop;
  const timeoutMs = timeout === undefined ? undefined : timeout * 1000;
  let asked = 0;
  try {
    const joined = await showProgress((onProgress) => {
      const onAsked = (): void => {
        asked += 1;
        const others = asked === 1 ? "1 other node is" : `${asked} other nodes are`;
        onProgress({ message: `Looking for the node that made the invitation (${others} not it)` });
      };
      return joinPeer(config, { code, at, roles, name, timeoutMs, onAsked, signal });
    }, { terminal, waitingFor: "Looking for the node that made the invitation" });
    printResult(terminal, { json: toJson(joined), text: toText(joined) }, options);
    return EXIT.ok;
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    throw error;
  }
}

function toJson({ peer, roles, selfPeerId, isNodeRunning }: JoinedNode): JsonObject {
  const { peerId, name = null, multiaddrs } = peer;
  return {
    peerId,
    name,
    roles: [...roles],
    granted: [...peer.roles],
    multiaddrs: [...multiaddrs],
    selfPeerId,
    isNodeRunning,
  };
}

function toText({ peer, roles, isNodeRunning }: JoinedNode): string {
  const { peerId, name, multiaddrs } = peer;
  const pairs = formatPairs([
    ["Joined", name === undefined ? peerId : `${peerId} (${name})`],
    ["This machine may there", roles.join(", ")],
    ["It may here", peer.roles.join(", ")],
    ["Address", multiaddrs[0]],
  ]);
  const next = isNodeRunning
    ? "The node that runs here connects to it now."
    : "No node runs here yet; start it with: mcpp serve";
  return `${pairs}\n\n${next}`;
}
