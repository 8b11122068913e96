import { toErrorMessage } from "../../error/mod.ts";

/** Why a peer could not be reached, for a person. */
export interface UnreachableReason {
  /** What happened. */
  readonly reason: string;
  /** What to do; `undefined` if that is to look for what most often is the matter. */
  readonly hint?: string | undefined;
}

const SELF_HINT = "Give the id or the address of another node";
/** To whom it does not want to speak, a node says nothing; only guesses are possible. */
const CLOSED_HINT = "The other node may have revoked or banned this one, or have another swarm " +
  "key, or it is no mcpp node; mcpp doctor with its address says more";

/** By name and text of libp2p's error, the more telling ones first. */
const REASONS: readonly (readonly [pattern: RegExp, reason: string, hint?: string])[] = [
  [
    /NO_RESERVATION/,
    "the relay holds no place for it (NO_RESERVATION)",
    "Check that the other node runs, and that it has this relay as its --relay-peer",
  ],
  [
    /status CONNECTION_FAILED/,
    "the relay could not connect to it (CONNECTION_FAILED)",
    "The other node may have ended just now, or have revoked or banned this one: ask whoever " +
    "runs it for its log",
  ],
  [
    /RESOURCE_LIMIT_EXCEEDED/,
    "the relay has no room for the connection (RESOURCE_LIMIT_EXCEEDED)",
    "Try again later, or give both nodes another --relay-peer",
  ],
  [
    /NoValidAddressesError/,
    "its address is of a kind that this node cannot dial",
    "An address looks like /ip4/192.0.2.1/tcp/9710/p2p/12D3KooW...",
  ],
  [
    /does not match expected|UnexpectedPeerError/,
    "another peer answers at its address",
    "It may have a new identity, or another address; mcpp doctor with the address says who answers",
  ],
  [/dial self/, "the address is this node's own", SELF_HINT],
  [
    /DialDenied|ConnectionIntercepted/,
    "this node lets it in no more: it is revoked, or banned",
    "mcpp peers trusted says who is revoked, and mcpp peers trust lets it in again; a ban ends " +
    "within an hour",
  ],
  [/ECONNREFUSED/, "nobody listens at its address"],
  [
    /ENOTFOUND|EAI_AGAIN/,
    "its name does not resolve",
    "Check the name and this machine's DNS, or give an address with an IP address",
  ],
  [/EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EINVAL/, "no network path leads to its address"],
  [/TimeoutError|ETIMEDOUT/, "nobody answered in time"],
  [
    /EPIPE|ECONNRESET|UnexpectedEOF/,
    "the connection was closed during the handshake",
    CLOSED_HINT,
  ],
  [
    /EncryptionFailedError/,
    "what answers at its address does not speak libp2p with Noise",
    "Give the address of its peer-to-peer port, 9710 unless it was changed; a node of a private " +
    "swarm needs --swarm-key-file",
  ],
];

/**
 * Say in words why a peer could not be reached, and what to do.
 *
 * @param error What libp2p ended with.
 */
export function explainUnreachable(error: unknown): UnreachableReason {
  // Each address of a peer failed in its own way; the best address was tried first.
  if (error instanceof AggregateError && error.name === "AggregateError") {
    return explainUnreachable(error.errors[0]);
  }
  const text = toErrorMessage(error);
  const name = error instanceof Error ? error.name : "";
  const found = REASONS.find(([pattern]) => pattern.test(`${name} ${text}`));
  if (found === undefined) return { reason: `the connection failed (${text.split("\n")[0]})` };
  const [, reason, hint] = found;
  return { reason, hint };
}
