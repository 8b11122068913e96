import { abortable, type Clock, moveOnAfter } from "../../concurrency/mod.ts";
import { AppError } from "../../error/mod.ts";
import {
  type Network,
  type PeerConnection,
  peerIdOfAddress,
  PeerUnreachableError,
} from "../../network/mod.ts";
import { type Outcome, toFailure } from "../checklist.ts";
import { toText } from "../place.ts";
import type { Finding } from "../report.ts";
import type { ResolvedAddress } from "./resolve_address.ts";
import { type Listener, sniff } from "./sniff.ts";

/** How the handshake is done. */
export interface HandshakeOptions {
  readonly network: Network;
  /** Whether this program is in a private swarm. */
  readonly isPrivateSwarm: boolean;
  /** For the handshake itself; milliseconds. */
  readonly timeoutMs: number;
  /** For each question to something that is no node; milliseconds. */
  readonly sniffTimeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Connect to a node, and have it prove who it is.
 *
 * @param addresses Where somebody listens, best first.
 * @param options How.
 * @returns The connection.
 */
export async function shakeHands(
  addresses: readonly ResolvedAddress[],
  options: HandshakeOptions,
): Promise<Outcome<PeerConnection>> {
  const { clock, signal } = options;
  const [best, ...others] = addresses;
  if (best === undefined) throw new TypeError("Cannot shake hands as no address is given");
  const startMs = clock.monotonicMs();
  let failure: unknown;
  for (const { multiaddr } of [best, ...others]) {
    try {
      const connection = await connect(multiaddr, options);
      return toOutcome(connection, clock.monotonicMs() - startMs);
    } catch (error) {
      signal.throwIfAborted();
      failure ??= error;
    }
  }
  return { finding: await explain(failure, best, options) };
}

async function connect(
  multiaddr: string,
  { network, timeoutMs, clock, signal }: HandshakeOptions,
): Promise<PeerConnection> {
  const outcome = await moveOnAfter(
    timeoutMs,
    (limit) => abortable(network.connect({ multiaddr }, { signal: limit }), limit),
    { clock, signal },
  );
  if (!outcome.timedOut) return outcome.value;
  throw new PeerUnreachableError(multiaddr, `it did not answer within ${timeoutMs} ms`);
}

function toOutcome(connection: PeerConnection, tookMs: number): Outcome<PeerConnection> {
  const { peerId, multiaddr, isRelayed } = connection;
  const durationMs = Math.round(tookMs);
  const how = isRelayed ? "through a relay" : "directly";
  const message = `${peerId} has proven who it is, connected ${how} in ${durationMs} ms`;
  const details = { peerId, multiaddr, isRelayed, durationMs };
  return { finding: { status: "ok", message, details }, value: connection };
}

async function explain(
  error: unknown,
  address: ResolvedAddress,
  options: HandshakeOptions,
): Promise<Finding> {
  const meant = peerIdOfAddress(address.multiaddr);
  const isOther = error instanceof AppError && /another peer answer/.test(error.message);
  if (isOther && meant !== undefined) return await findOther(address, meant, options);
  // What a relay says about a peer behind it is not found out by listening to the relay.
  if (address.multiaddr.includes("/p2p-circuit")) return explainRelay(error, address);
  const { sniffTimeoutMs: timeoutMs, clock, signal } = options;
  const listener = await sniff(address.place, { timeoutMs, clock, signal });
  return describe(listener, { error, address, options });
}

function explainRelay(error: unknown, { multiaddr, place }: ResolvedAddress): Finding {
  const failure = toFailure(error);
  if (!failure.message.includes("NO_RESERVATION")) return failure;
  return {
    status: "failed",
    code: "no_reservation",
    message: `The relay at ${toText(place)} holds no place for ${peerIdOfAddress(multiaddr)}`,
    hint: "Check that the node runs, and that it has this relay as its --relay-peer",
  };
}

/** Who answers instead of the peer that was meant. */
async function findOther(
  { multiaddr, place }: ResolvedAddress,
  meant: string,
  options: HandshakeOptions,
): Promise<Finding> {
  const anybody = multiaddr.replace(/\/p2p\/[^/]+$/, "");
  let other: string | undefined;
  try {
    ({ peerId: other } = await connect(anybody, options));
  } catch {
    // That another one answers is known already.
    options.signal.throwIfAborted();
  }
  return {
    status: "failed",
    code: "peer_id_mismatch",
    message: `Another peer answers at ${toText(place)}: ${other ?? "unknown"} instead of ${meant}`,
    hint: other === undefined
      ? "Ask whoever runs the node for its present address"
      : `Use ${anybody}/p2p/${other} if that is the node you mean, and trust it anew; ` +
        "the node may have a new identity, or the address may belong to another machine now",
    details: { expectedPeerId: meant, ...(other !== undefined && { peerId: other }) },
  };
}

interface Failed {
  readonly error: unknown;
  readonly address: ResolvedAddress;
  readonly options: HandshakeOptions;
}

function describe(listener: Listener, { error, address, options }: Failed): Finding {
  const { kind, description, said } = listener;
  const details = { listener: kind, ...(said !== undefined && { said }) };
  const where = toText(address.place);
  if (kind === "private" && options.isPrivateSwarm) {
    return {
      status: "failed",
      code: "private_swarm",
      message: `At ${where} is a node of another private swarm`,
      hint: "Compare the files of --swarm-key-file on both machines",
      details,
    };
  }
  if (kind === "libp2p") {
    const { message } = toFailure(error);
    return { status: "failed", code: "handshake_failed", message, hint: hintOf(options), details };
  }
  const words = said === undefined ? "" : `, which says "${said}"`;
  return {
    status: "failed",
    code: CODES[kind] ?? "not_a_node",
    message: `At ${where} is ${description}${words}`,
    hint: HINTS[kind] ?? NOT_A_NODE,
    details,
  };
}

const NOT_A_NODE = "Give the address of the peer-to-peer port, 9710 unless it was changed, " +
  "and not that of another server";

const CODES: Partial<Readonly<Record<Listener["kind"], string>>> = {
  private: "private_swarm",
  silent: "no_handshake",
  closing: "no_handshake",
};

const HINTS: Partial<Readonly<Record<Listener["kind"], string>>> = {
  private: "Give the key of its swarm with --swarm-key-file",
  silent: "It may be a program that hangs: look at that machine",
  closing: "It may be a node that has banned this machine for a while: ask whoever runs it",
};

function hintOf({ isPrivateSwarm }: HandshakeOptions): string {
  return isPrivateSwarm
    ? "That node may be outside of the private swarm: try without --swarm-key-file"
    : "That node may have banned or revoked this one: ask whoever runs it for its log";
}
