import { type Clock, systemClock } from "../concurrency/mod.ts";
import type { Network, PeerConnection, ResolveTxt } from "../network/mod.ts";
import type { QueueClient } from "../taskqueue/mod.ts";
import { Checklist } from "./checklist.ts";
import type { DoctorReport, StepReport } from "./report.ts";
import { checkAuthorisation } from "./step/authorisation.ts";
import { checkClockSkew } from "./step/clock_skew.ts";
import { dial } from "./step/dial.ts";
import { shakeHands } from "./step/handshake.ts";
import { findProtocol } from "./step/protocol.ts";
import { checkQueue } from "./step/queue.ts";
import { resolveAddress, type ResolveHost } from "./step/resolve_address.ts";
import { checkWorkers } from "./step/worker.ts";

/** What a peer is looked at with. */
export interface ExaminePeerDeps {
  /** This program as others see it. It need not listen. */
  readonly network: Network;
  /** Whether it will have the same id again. @default {true} */
  readonly hasLastingIdentity?: boolean | undefined;
  /** Presents this program's credentials; uses the same network. */
  readonly client: QueueClient;
  /** Whether these have a token. */
  readonly hasToken: boolean;
  /** Whether the network is in a private swarm. @default {false} */
  readonly isPrivateSwarm?: boolean | undefined;
  /** The protocol that nodes of this program speak with each other. */
  readonly framedProtocol: string;
  /** Asks for the TXT records behind `/dnsaddr`. */
  readonly resolveTxt: ResolveTxt;
  /** Asks for the IP addresses behind a name. */
  readonly resolveHost: ResolveHost;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/** How long it may take, and who is told. */
export interface ExamineOptions {
  /** A step that takes longer has failed; milliseconds. @default {10000} */
  readonly timeoutMs?: number | undefined;
  /** Told of each step when it has ended. @default {undefined} nobody */
  readonly onStep?: ((report: StepReport) => void) | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** Of the time of a step, what may be spent on a part of it, so that all parts come to an end. */
const DIAL_PART = 0.9;
const HANDSHAKE_PART = 0.6;
const SNIFF_PART = 0.1;

/**
 * See whether another node can be used, and if not, what fails first: step by step, from its name to its
 * workers. Nothing is changed there.
 *
 * @param multiaddr Where it is, well formed.
 * @param deps What it is looked at with.
 * @param options How long it may take.
 * @returns What was found; a failure is a finding and not thrown.
 * @throws {unknown} The reason of the signal, if that aborts.
 *
 * @example The first step that fails says what to do
 * ```ts
 * import { examinePeer } from "./mod.ts";
 * import { MemoryHub } from "../network/memory/mod.ts";
 * import { createQueueClient } from "../taskqueue/mod.ts";
 * import assert from "node:assert/strict";
 *
 * await using network = new MemoryHub().open({ peerId: "alice" });
 * await using client = createQueueClient({ network });
 * const report = await examinePeer("/dns4/nowhere.invalid/tcp/9710", {
 *   network,
 *   client,
 *   hasToken: false,
 *   framedProtocol: "/mcp+p2p/1.0.0",
 *   resolveTxt: () => Promise.resolve([]),
 *   resolveHost: () => Promise.reject(new Error("no such name")),
 * });
 * const failed = report.steps.find(({ status }) => status === "failed");
 * assert.equal(failed?.step, "resolve");
 * assert.equal(failed?.code, "name_not_resolved");
 * ```
 */
export async function examinePeer(
  multiaddr: string,
  deps: ExaminePeerDeps,
  options: ExamineOptions = {},
): Promise<DoctorReport> {
  const list = createChecklist(deps, options);
  list.skip(["bind", "announce"], "These are about this machine's own node");
  return await examineAddress(multiaddr, { list, deps, options });
}

/** What the second half of an examination goes on with. */
export interface ExaminationContext {
  readonly list: Checklist;
  readonly deps: ExaminePeerDeps;
  readonly options: ExamineOptions;
}

/** Start a list of steps. */
export function createChecklist(
  { clock = systemClock }: Pick<ExaminePeerDeps, "clock">,
  { timeoutMs = DEFAULT_TIMEOUT_MS, onStep, signal }: ExamineOptions,
): Checklist {
  return new Checklist({ timeoutMs, clock, onStep, signal });
}

/** All steps from the name in an address on. */
export async function examineAddress(
  multiaddr: string,
  context: ExaminationContext,
): Promise<DoctorReport> {
  const connection = await reach(multiaddr, context);
  if (connection !== undefined) await examineService(connection, context);
  return context.list.finish({ multiaddr, peerId: connection?.peerId });
}

/** From the name to the proof of who answers. */
async function reach(
  multiaddr: string,
  { list, deps, options }: ExaminationContext,
): Promise<PeerConnection | undefined> {
  const { network, clock = systemClock, isPrivateSwarm = false } = deps;
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const addresses = await list.run(
    "resolve",
    (signal) => resolveAddress(multiaddr, { ...deps, signal }),
  );
  if (addresses === undefined) return undefined;
  const answering = await list.run(
    "dial",
    (signal) => dial(addresses, { timeoutMs: timeoutMs * DIAL_PART, clock, signal }),
  );
  if (answering === undefined) return undefined;
  return await list.run("handshake", (signal) =>
    shakeHands(answering, {
      network,
      isPrivateSwarm,
      timeoutMs: timeoutMs * HANDSHAKE_PART,
      sniffTimeoutMs: timeoutMs * SNIFF_PART,
      clock,
      signal,
    }));
}

/** What the node does for this program. */
async function examineService(
  { peerId, multiaddr }: PeerConnection,
  { list, deps }: ExaminationContext,
): Promise<void> {
  const { network, client, hasToken, framedProtocol, clock = systemClock } = deps;
  const { hasLastingIdentity: isLasting = true } = deps;
  const address = multiaddr.endsWith(`/p2p/${peerId}`) ? multiaddr : `${multiaddr}/p2p/${peerId}`;
  const protocol = await list.run(
    "protocol",
    (signal) => findProtocol(address, { network, framedProtocol, signal }),
  );
  if (protocol === undefined) return;
  const queue = client.queueOf({ multiaddr: address });
  const ownPeerId = network.peerId;
  const isAdmitted = await list.run(
    "authorisation",
    (signal) => checkAuthorisation({ queue, ownPeerId, isLasting, hasToken, clock, signal }),
  );
  if (isAdmitted === undefined) return;
  await list.run("clock_skew", (signal) => checkClockSkew({ queue, clock, signal }));
  const status = await list.run("queue", (signal) => checkQueue({ queue, clock, signal }));
  if (status === undefined) return;
  await list.run("worker", () => Promise.resolve(checkWorkers(status, clock.now())));
}
