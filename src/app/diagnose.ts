import { lookup } from "node:dns/promises";
import { isJsonObject, type JsonValue } from "../codec/mod.ts";
import { systemClock } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import type {
  DoctorReport,
  ExamineOptions,
  ExaminePeerDeps,
  ExamineThisNodeDeps,
  MethodHealth,
} from "../doctor/mod.ts";
import { findAnnouncedNodes, systemTxtResolver } from "../network/mod.ts";
import { getLogger } from "../telemetry/mod.ts";
import { listAnnouncePaths } from "./announce_paths.ts";
import { callTool } from "./call_tool.ts";
import { P2pDisabledError } from "./errors.ts";
import { chooseIdentity } from "./choose_identity.ts";
import { isNodeRunning } from "./is_node_running.ts";
import { listDataPaths } from "./open_data_dir.ts";
import { openNetwork, toListenAddresses } from "./open_network.ts";
import { readSecrets } from "./read_secrets.ts";

/** What is looked at, and for how long. */
export interface DiagnoseOptions extends ExamineOptions {
  /** Another node. @default {undefined} this machine's own */
  readonly multiaddr?: string | undefined;
  /** Where this machine's own node answers over HTTP. @default {undefined} nowhere */
  readonly url?: string | undefined;
}

/**
 * Find out why a node cannot be used: another one, or this machine's own.
 *
 * @param config The configuration, of which the own node would be made.
 * @param options Which node, and who is told of each step.
 * @returns What was found.
 * @throws {InvalidMultiaddrError} If the address is none.
 * @throws {P2pDisabledError} If this machine's own node is to be looked at, which has no part in the network.
 */
export async function diagnose(
  config: Config,
  options: DiagnoseOptions = {},
): Promise<DoctorReport> {
  const { multiaddr, signal } = options;
  const { assertMultiaddr } = await import("../network/libp2p/mod.ts");
  if (multiaddr !== undefined) assertMultiaddr(multiaddr);
  else if (!config.p2p.enabled) throw new P2pDisabledError();
  const { examinePeer, examineThisNode } = await import("../doctor/mod.ts");
  const { createQueueClient } = await import("../taskqueue/mod.ts");
  const own = await readOwnNode(config);
  const { token } = await readSecrets(config, getLogger("client"));
  const { path: identityPath } = await chooseIdentity(config, multiaddr ?? own.target);
  await using network = await openNetwork(config.p2p, {
    identityPath,
    isListening: false,
    clock: systemClock,
    signal,
  });
  await using client = createQueueClient({ network, token });
  const deps: ExaminePeerDeps = {
    network,
    hasLastingIdentity: identityPath !== undefined,
    client,
    hasToken: token !== undefined,
    isPrivateSwarm: config.p2p.swarmKeyFile !== "",
    framedProtocol: await readFramedProtocol(),
    resolveTxt: systemTxtResolver,
    resolveHost,
  };
  if (multiaddr !== undefined) return await examinePeer(multiaddr, deps, options);
  const { url } = options;
  return await examineThisNode({
    ...deps,
    ...own,
    listen: toListenAddresses(config.p2p),
    announceFile: config.p2p.announceFile,
    otherFiles: listAnnouncePaths(config.p2p.announceFile),
    askMethods: (signal) => askMethods({ url, peerId: own.peerId, config, signal }),
  }, options);
}

interface OwnNode extends Pick<ExamineThisNodeDeps, "peerId" | "isRunning"> {
  /** Whom its examination leads to. */
  readonly target: string;
}

async function readOwnNode({ dataDir, p2p }: Config): Promise<OwnNode> {
  const { readIdentity } = await import("../network/libp2p/mod.ts");
  const peerId = (await readIdentity(listDataPaths(dataDir).identityPath))?.peerId;
  const { live: [newest] } = await findAnnouncedNodes(listAnnouncePaths(p2p.announceFile), {
    nowMs: systemClock.now(),
  });
  const isRunning = await isNodeRunning(dataDir);
  const own = peerId === undefined ? "" : `/p2p/${peerId}`;
  // The newest announcement may be that of another node of this machine.
  return { peerId, isRunning, target: isRunning ? own : newest?.multiaddr ?? own };
}

async function readFramedProtocol(): Promise<string> {
  return (await import("../mcp/client/mod.ts")).MCP_P2P_PROTOCOL;
}

async function resolveHost(name: string, family: 4 | 6 | undefined): Promise<readonly string[]> {
  const found = await lookup(name, { all: true, family: family ?? 0 });
  return found.map(({ address }) => address);
}

interface AskedNode {
  readonly url: string | undefined;
  readonly peerId: string | undefined;
  readonly config: Config;
  readonly signal: AbortSignal;
}

/** Asks the running node. One that cannot be asked, or is another, says nothing about itself. */
async function askMethods(asked: AskedNode): Promise<readonly MethodHealth[] | undefined> {
  const { url, peerId, config, signal } = asked;
  if (url === undefined) return undefined;
  try {
    const args = { discover: false, limit: 1 };
    const { structuredContent } = await callTool(url, "list_peers", args, { config, signal });
    if (structuredContent === undefined || !isJsonObject(structuredContent)) return undefined;
    const { "self_peer_id": answering, methods } = structuredContent;
    if (answering !== peerId || !Array.isArray(methods)) return undefined;
    return methods.map(toMethodHealth).filter((each) => each !== undefined);
  } catch (error) {
    signal.throwIfAborted();
    getLogger("client").debug("Node cannot be asked how it is found", { error });
    return undefined;
  }
}

/** `undefined` for one that has not looked yet. */
function toMethodHealth(row: JsonValue): MethodHealth | undefined {
  if (!isJsonObject(row)) return undefined;
  const { method, ok, reason } = row;
  if (typeof method !== "string" || typeof ok !== "boolean") return undefined;
  return { method, ok, ...(typeof reason === "string" && { reason }) };
}
