import { createHash } from "node:crypto";

/** With a prefix, a suffix and a temporary file's random part it still is a file name. */
const MAX_NAME_BYTES = 100;
/** What means nothing in an HTML comment, in a path, in a shell or on a terminal. */
const UNSAFE = /[^\p{L}\p{M}\p{N}._ @+-]/gu;

/**
 * A runner's name as it can stand in an HTML comment and in a file name.
 *
 * Ordinary names stay as they are, so that Python runners know them. Anything else is
 * percent-encoded; what is too long is cut, and told apart by a part of its hash.
 *
 * @param text What the runner is called.
 * @returns The name; the name of a name is itself.
 * @throws {RangeError} If nothing is left of it.
 */
export function toRunnerName(text: string): string {
  const trimmed = text.normalize("NFC").trim();
  if (trimmed === "") throw new RangeError(`Cannot name runner as the name is empty: "${text}"`);
  // A sign of percent is kept where it begins a code, or encoding twice would not give the same.
  const name = trimmed.replace(/%(?![0-9A-F]{2})|[^%]/gu, encodeUnsafe);
  const bytes = new TextEncoder().encode(name);
  if (bytes.length <= MAX_NAME_BYTES) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${cut(bytes, MAX_NAME_BYTES - hash.length - 1)}-${hash}`;
}

/**
 * What a node calls itself if nobody has given it a name: always the same, like nobody else, and
 * without the name of the host, as registries may be public.
 *
 * @param peerId The node.
 */
export function createRunnerName(peerId: string): string {
  return toRunnerName(`mcpp-${peerId.slice(-12)}`);
}

function encodeUnsafe(char: string): string {
  return char.replace(UNSAFE, (unsafe) => {
    const bytes = new TextEncoder().encode(unsafe);
    return Array.from(bytes, toPercentCode).join("");
  });
}

function toPercentCode(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** The longest beginning that holds whole characters and whole codes only. */
function cut(bytes: Uint8Array, maxBytes: number): string {
  const text = new TextDecoder().decode(bytes.subarray(0, maxBytes));
  return text.replace(/(\ufffd+|%[0-9A-F]?)$/, "");
}
