import { abortable } from "../concurrency/mod.ts";
import type { Place } from "./place.ts";

const MAX_ANSWER_BYTES = 256;
const LINE_FEED = 0x0a;
const CONTROLS = /[^\x20-\x7e]/;

/**
 * Connect to a place, and hang up.
 *
 * @param place Where.
 * @param signal Gives up.
 * @throws {unknown} Why nobody answers.
 */
export async function knock(place: Place, signal: AbortSignal): Promise<void> {
  using _connection = await connect(place, signal);
}

/**
 * Say something at a place, and listen to the first line of the answer.
 *
 * @param place Where.
 * @param words What is said.
 * @param signal Gives up; what has come by then is the answer.
 * @returns The answer; empty if the other side hangs up without one.
 * @throws {unknown} If the place cannot be reached, or nothing has come.
 */
export async function askBytes(
  place: Place,
  words: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  using connection = await connect(place, signal);
  await abortable(connection.write(words), signal);
  const buffer = new Uint8Array(MAX_ANSWER_BYTES);
  let length = 0;
  try {
    while (length < buffer.length && !buffer.includes(LINE_FEED)) {
      const read = await abortable(connection.read(buffer.subarray(length)), signal);
      if (read === null) break;
      length += read;
    }
  } catch (error) {
    if (length === 0) throw error;
  }
  return buffer.subarray(0, length);
}

/** Why nobody answered, with a code that stays the same. */
export interface DialFailure {
  readonly code: string;
  readonly reason: string;
  readonly hint: string;
}

const FAILURES: readonly (readonly [pattern: RegExp, failure: DialFailure])[] = [
  [/ConnectionRefused|refused/i, {
    code: "connection_refused",
    reason: "nobody listens there",
    hint: "Check that the other node runs, and on which address and port it listens",
  }],
  [/unreachable|no route|AddrNotAvailable|cannot assign|invalid argument/i, {
    code: "no_route",
    reason: "no network path leads there",
    hint:
      "Check that both machines are in one network, or give an address that is reachable from here",
  }],
  [/ConnectionReset|reset|aborted/i, {
    code: "connection_reset",
    reason: "the connection was closed at once",
    hint: "Look for a firewall or a proxy between the machines",
  }],
  [/NotCapable|PermissionDenied|permission/i, {
    code: "not_permitted",
    reason: "this machine does not permit it",
    hint: "Check this machine's firewall, and the program's network permission",
  }],
];

const NO_ANSWER: DialFailure = {
  code: "no_answer",
  reason: "there is no answer",
  hint: "A firewall that drops packets is likely: open the TCP port there, or use a relay",
};

/**
 * Say why a connection was not made.
 *
 * @param error What was thrown.
 * @returns The reason; that there was no answer for an error that is not known.
 */
export function toDialFailure(error: unknown): DialFailure {
  const text = error instanceof Error ? `${error.name} ${error.message}` : String(error);
  return FAILURES.find(([pattern]) => pattern.test(text))?.[1] ?? NO_ANSWER;
}

/**
 * The beginning of some bytes that are text.
 *
 * @param bytes The bytes.
 * @returns Their first line as far as it can be printed.
 */
export function toFirstLine(bytes: Uint8Array): string {
  const [line = ""] = new TextDecoder("latin1").decode(bytes).split(CONTROLS);
  return line.slice(0, 60);
}

async function connect({ host, port }: Place, signal: AbortSignal): Promise<Deno.TcpConn> {
  signal.throwIfAborted();
  return await abortable(Deno.connect({ hostname: host, port, signal }), signal);
}
