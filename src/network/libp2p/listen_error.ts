import { toErrorMessage } from "../../error/mod.ts";
import { ListenError } from "../errors.ts";

interface Diagnosis {
  readonly pattern: RegExp;
  readonly reason: string;
  readonly hint: string;
}

/** The texts of Node and of Deno for the same things. */
const DIAGNOSES: readonly Diagnosis[] = [
  {
    pattern: /EADDRINUSE|AddrInUse|address already in use/i,
    reason: "the port is in use",
    hint: "Stop the other program, choose another port, or let the system choose one with port 0",
  },
  {
    pattern: /EADDRNOTAVAIL|AddrNotAvailable|cannot assign requested address|EINVAL/i,
    reason: "the address does not belong to this machine",
    hint: "Listen on 0.0.0.0, 127.0.0.1, or an address of one of its interfaces",
  },
  {
    pattern: /EACCES|EPERM|PermissionDenied|NotCapable|permission denied/i,
    reason: "that is not permitted",
    hint: "Choose a port above 1023, or give the program network permission",
  },
  {
    pattern: /UnsupportedListenAddressError/,
    reason: "it is not a TCP address",
    hint: "An address to listen on looks like /ip4/0.0.0.0/tcp/9710",
  },
  {
    pattern: /ENOTFOUND|getaddrinfo/i,
    reason: "its name does not resolve",
    hint: "Give an IP address",
  },
];

/**
 * Say why listening failed, and what to do.
 *
 * @param multiaddrs Where the node was to listen.
 * @param cause What libp2p made of it: one text with the stack of every error.
 */
export function toListenError(multiaddrs: readonly string[], cause: unknown): ListenError {
  const text = toErrorMessage(cause);
  const found = DIAGNOSES.find(({ pattern }) => pattern.test(text));
  return new ListenError(multiaddrs, {
    reason: found?.reason ?? "libp2p could not start",
    hint: found?.hint,
    cause,
  });
}

/** Whether listening failed because this host has no IPv6. */
export function isIp6Missing(error: unknown): boolean {
  return /EAFNOSUPPORT|EADDRNOTAVAIL|EINVAL|address family not supported|cannot assign requested address/i
    .test(toErrorMessage(error));
}
