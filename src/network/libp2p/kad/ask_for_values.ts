import type { Stream } from "@libp2p/interface";
import { concatBytes, FrameDecoder } from "../../../codec/mod.ts";
import { decodeValueAnswer, encodeGetValue, FRAMES, type KeptValue } from "./message_codec.ts";

/** As many as are answered well within the time that a question may wait. */
const QUESTIONS_AT_ONCE = 32;

/**
 * Ask a node what it keeps under keys. All questions go over one stream, some at once: the package
 * opens a stream for each, which costs both sides several times what the question itself does.
 *
 * @param stream A new stream of the table's protocol. It is ended afterwards.
 * @param keys The keys.
 * @param signal Gives up.
 */
export async function* askForValues(
  stream: Stream,
  keys: readonly Uint8Array[],
  signal: AbortSignal,
): AsyncGenerator<KeptValue> {
  const onAbort = (): void => stream.abort(new Error("Nobody waits for the answer"));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const answers = readMessages(stream);
    for (let start = 0; start < keys.length; start += QUESTIONS_AT_ONCE) {
      const questions = keys.slice(start, start + QUESTIONS_AT_ONCE);
      stream.send(concatBytes(questions.map(encodeGetValue)));
      for (let count = 0; count < questions.length; count++) {
        const answer = await answers.next();
        signal.throwIfAborted();
        if (answer.done) return;
        const kept = decodeValueAnswer(answer.value);
        if (kept !== undefined) yield kept;
      }
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    stream.abort(new Error("There are no more questions"));
  }
}

async function* readMessages(stream: Stream): AsyncGenerator<Uint8Array, undefined> {
  const decoder = new FrameDecoder(FRAMES);
  for await (const chunk of stream) yield* decoder.decode(chunk.subarray());
}
