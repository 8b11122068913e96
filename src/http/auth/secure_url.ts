import { isLoopback } from "../is_loopback.ts";

/**
 * Insist on a URL that nobody on the way can answer instead.
 *
 * @param name What the URL is, for the message.
 * @param url The URL.
 * @throws {TypeError} If it is malformed, or is neither https nor on this machine.
 */
export function requireSecureUrl(name: string, url: string): void {
  const parsed = URL.parse(url);
  if (parsed?.protocol === "https:") return;
  if (parsed?.protocol === "http:" && isLoopback(parsed.hostname)) return;
  throw new TypeError(`Cannot check tokens as a URL is not https: ${name} "${url}"`);
}
