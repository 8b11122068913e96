import type { JsonObject } from "../../../codec/mod.ts";
import { runTaskGroup } from "../../../concurrency/mod.ts";
import { unwrapError } from "../../../error/mod.ts";
import { InputRequiredSignal, type RequiredInput } from "../../caller_input.ts";
import { findMissingCapabilities } from "./caller_capability.ts";
import { CallerRefusedError } from "./errors.ts";
import { type AskingWork, createInput, type InputRound } from "./input_round.ts";
import type { RequestCall } from "./request_call.ts";

/** Whoever asks more often is going round in circles. */
const MAX_ROUNDS = 8;
/** Between rounds that ask nothing and only want to come back later. */
const PAUSE_MS = 250;

/**
 * Do work that may ask, and ask a client of the legacy era by sending it requests.
 *
 * @param call The request; it is made in a session.
 * @param signal Ends waiting for the answers.
 * @param work The work; begun anew with each round.
 * @returns What the work returned in the end.
 * @throws {CallerRefusedError} If the client cannot be asked, or does not answer.
 */
export async function askLegacyCaller<T>(
  call: RequestCall,
  signal: AbortSignal,
  work: AskingWork<T>,
): Promise<T> {
  let round: InputRound = { answers: {}, state: undefined };
  for (let asked = 0;; asked++) {
    try {
      return await work(createInput(call, round));
    } catch (thrown) {
      const error = unwrapError(thrown);
      if (!(error instanceof InputRequiredSignal)) throw thrown;
      const { required } = error;
      if (asked === MAX_ROUNDS) throw tooManyRounds(required);
      const answers = await askAll(call, signal, required);
      round = { answers: { ...round.answers, ...answers }, state: required.state };
    }
  }
}

/** All questions of a round at once. The first refusal takes the others back. */
async function askAll(
  { caller, exchange, server }: RequestCall,
  signal: AbortSignal,
  { questions }: RequiredInput,
): Promise<Readonly<Record<string, JsonObject>>> {
  const { session, capabilities } = caller;
  const entries = Object.entries(questions);
  if (entries.length === 0 || session === undefined) {
    await server.clock.sleep(PAUSE_MS, { signal });
    return {};
  }
  const missing = findMissingCapabilities(Object.values(questions), capabilities);
  if (missing !== undefined) {
    const names = Object.keys(missing).join(", ");
    throw new CallerRefusedError(names, "the client has not declared that it can be asked this");
  }
  const answers: Record<string, JsonObject> = {};
  try {
    await runTaskGroup((group) => {
      for (const [key, question] of entries) {
        group.spawn(question.method, async (asking) => {
          answers[key] = await session.ask(question, exchange, asking);
        });
      }
    }, { name: "questions to the caller", signal });
  } catch (error) {
    throw findRefusal(error) ?? error;
  }
  return answers;
}

/** Several refusals at once are one to the caller. */
function findRefusal(error: unknown): CallerRefusedError | undefined {
  if (!(error instanceof AggregateError)) return undefined;
  return error.errors.find((inner) => inner instanceof CallerRefusedError);
}

function tooManyRounds({ questions }: RequiredInput): CallerRefusedError {
  const [question] = Object.values(questions);
  return new CallerRefusedError(
    question?.method ?? "none",
    `the caller was asked ${MAX_ROUNDS} times already`,
  );
}
