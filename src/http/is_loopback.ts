const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Whether a host is this machine and no other.
 *
 * @param host A name or address in lower case, as URLs have it: IPv6 in brackets.
 */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}
