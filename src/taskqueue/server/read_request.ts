import { LineDecoder } from "../../codec/mod.ts";
import type { Stream } from "../../network/mod.ts";
import { MAX_LINE_BYTES } from "../protocol/constants.ts";

/**
 * The request line of a stream: what comes before the first line break, or before the end. What comes
 * after it is not looked at.
 *
 * @returns The line without its line break, or `undefined` if the caller sent nothing.
 * @throws {FrameTooLargeError} If the line is too long.
 * @throws {InvalidUtf8Error} If it is not UTF-8.
 */
export async function readRequest(
  stream: Stream,
  signal: AbortSignal,
): Promise<string | undefined> {
  const decoder = new LineDecoder({ maxLineBytes: MAX_LINE_BYTES });
  for (;;) {
    const chunk = await stream.read({ signal });
    if (chunk === null) return decoder.end();
    for (const line of decoder.decode(chunk)) return line;
  }
}
