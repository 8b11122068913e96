import { toErrorMessage } from "../../error/mod.ts";

/** By name and text of libp2p's error, the more telling ones first. */
const REASONS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/NoValidAddressesError/, "its address is of a kind that this node cannot dial"],
  [/does not match expected|UnexpectedPeerError/, "another peer answers at its address"],
  [/dial self/, "the address is this node's own"],
  [/DialDenied|ConnectionIntercepted/, "this node lets it in no more: it is revoked, or banned"],
  [/ECONNREFUSED/, "nobody listens at its address"],
  [/ENOTFOUND|EAI_AGAIN/, "its name does not resolve"],
  [/EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EINVAL/, "no network path leads to its address"],
  [/TimeoutError|ETIMEDOUT/, "nobody answered in time"],
  [/EPIPE|ECONNRESET|UnexpectedEOF/, "the connection was closed during the handshake"],
  [/EncryptionFailedError/, "what answers at its address does not speak libp2p with Noise"],
];

/**
 * Say in words why a peer could not be reached.
 *
 * @param error What libp2p ended with.
 */
export function toUnreachableReason(error: unknown): string {
  // Each address of a peer failed in its own way; the best address was tried first.
  if (error instanceof AggregateError && error.name === "AggregateError") {
    return toUnreachableReason(error.errors[0]);
  }
  const text = toErrorMessage(error);
  const name = error instanceof Error ? error.name : "";
  const found = REASONS.find(([pattern]) => pattern.test(`${name} ${text}`));
  return found?.[1] ?? `the connection failed (${text.split("\n")[0]})`;
}
