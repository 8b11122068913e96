import { type Clock, moveOnAfter } from "../../concurrency/mod.ts";
import type { Place } from "../place.ts";
import { askBytes, toFirstLine } from "../tcp.ts";

/** What listens at a place. */
export interface Listener {
  /** `libp2p` for one that begins a handshake of libp2p, whatever goes wrong later. */
  readonly kind: "libp2p" | "private" | "http" | "tls" | "ssh" | "silent" | "closing" | "other";
  /** In words. */
  readonly description: string;
  /** The first line of what it said, if that is text. */
  readonly said?: string | undefined;
}

/** How it is listened to. */
export interface SniffOptions {
  /** For each of two questions; milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const MULTISTREAM = "/multistream/1.0.0\n";
/** How a connection of libp2p begins: each message has its length before it. */
const LIBP2P_HELLO = Uint8Array.of(MULTISTREAM.length, ...new TextEncoder().encode(MULTISTREAM));
const HTTP_HELLO = new TextEncoder().encode("GET / HTTP/1.0\r\n\r\n");
/** A node of a private swarm begins with random bytes, and encrypts all that follows. */
const PRIVATE_NONCE_BYTES = 24;
/** The types of TLS records that a server may send first: alert, handshake. */
const TLS_RECORDS: ReadonlySet<number> = new Set([0x15, 0x16]);

/**
 * Find out what listens at a place that is no libp2p node, or does not behave like one.
 *
 * @param place The place.
 * @param options How long it may take.
 * @returns What it is, as far as its first bytes tell.
 */
export async function sniff(place: Place, options: SniffOptions): Promise<Listener> {
  const first = toListener(await ask(place, LIBP2P_HELLO, options));
  if (first.kind !== "silent" && first.kind !== "closing") return first;
  // Many servers do not answer what they do not understand.
  const second = toListener(await ask(place, HTTP_HELLO, options));
  return second.kind === "http" || second.kind === "tls" ? second : first;
}

/** The first bytes of an answer; none if the other side hung up, `undefined` if it said nothing. */
async function ask(
  place: Place,
  words: Uint8Array,
  { timeoutMs, clock, signal }: SniffOptions,
): Promise<Uint8Array | undefined> {
  try {
    const outcome = await moveOnAfter(timeoutMs, (limit) => askBytes(place, words, limit), {
      clock,
      signal,
    });
    return outcome.timedOut ? undefined : outcome.value;
  } catch {
    signal.throwIfAborted();
    return new Uint8Array();
  }
}

function toListener(answer: Uint8Array | undefined): Listener {
  if (answer === undefined) {
    return { kind: "silent", description: "something that listens but does not answer" };
  }
  if (answer.length === 0) {
    return { kind: "closing", description: "something that hangs up without a word" };
  }
  const text = new TextDecoder("latin1").decode(answer);
  const said = toFirstLine(answer);
  if (text.slice(1).startsWith(MULTISTREAM)) {
    return { kind: "libp2p", description: "a node of libp2p" };
  }
  if (text.startsWith("HTTP/")) return { kind: "http", description: "an HTTP server", said };
  if (text.startsWith("SSH-")) return { kind: "ssh", description: "an SSH server", said };
  if (TLS_RECORDS.has(answer[0] ?? 0) && answer[1] === 3) {
    return { kind: "tls", description: "a server that speaks TLS, such as one for https" };
  }
  if (answer.length === PRIVATE_NONCE_BYTES && /[^\t\r\n\x20-\x7e]/.test(text)) {
    return { kind: "private", description: "what seems to be a node of a private swarm" };
  }
  return { kind: "other", description: "another program", ...(said !== "" && { said }) };
}
