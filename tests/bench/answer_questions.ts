import type { JsonObject } from "../../src/codec/mod.ts";

/** What a program answers, by the name of the question. */
export type Answers = Readonly<Record<string, (question: JsonObject) => Promise<JsonObject>>>;

/**
 * Say that this program is ready, and answer questions: one line of JSON each, on standard input and
 * output. Returns when standard input ends.
 *
 * @param answers What it answers.
 * @param ready What it says of itself when it is ready.
 */
export async function answerQuestions(answers: Answers, ready: JsonObject = {}): Promise<void> {
  await writeLine({ event: "ready", ...ready });
  let text = "";
  for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      await writeLine(await answer(answers, JSON.parse(text.slice(0, end))));
      text = text.slice(end + 1);
    }
  }
}

async function answer(answers: Answers, question: JsonObject): Promise<JsonObject> {
  try {
    const find = answers[String(question["ask"])];
    if (find === undefined) throw new RangeError(`There is no answer to "${question["ask"]}"`);
    return await find(question);
  } catch (error) {
    return { error: error instanceof Error ? `${error.stack}` : String(error) };
  }
}

async function writeLine(line: JsonObject): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
}
