import { LineDecoder } from "../../codec/mod.ts";
import type { Stream } from "../../network/mod.ts";
import type { Intake } from "../../network/conduct/mod.ts";
import { MAX_LINE_BYTES } from "../protocol/constants.ts";

/** How a request is read. */
export interface ReadRequestOptions {
  /** Counts what is held of lines that have begun. */
  readonly intake: Intake;
  readonly signal: AbortSignal;
}

/**
 * The request line of a stream: what comes before the first line break, or before the end. What comes
 * after it is not looked at.
 *
 * @returns The line without its line break, or `undefined` if the caller sent nothing.
 * @throws {FrameTooLargeError} If the line is too long.
 * @throws {InvalidUtf8Error} If it is not UTF-8.
 * @throws {TooMuchUnfinishedError} If too much is held of unfinished lines.
 */
export async function readRequest(
  stream: Stream,
  { intake, signal }: ReadRequestOptions,
): Promise<string | undefined> {
  const decoder = new LineDecoder({ maxLineBytes: MAX_LINE_BYTES });
  using share = intake.open(stream.remotePeerId);
  for (;;) {
    const chunk = await stream.read({ signal });
    if (chunk === null) return decoder.end();
    share.add(chunk.length);
    for (const line of decoder.decode(chunk)) return line;
  }
}
