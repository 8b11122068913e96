import { isJsonObject, type JsonObject, toCanonicalJson } from "../../../codec/mod.ts";
import { unwrapError } from "../../../error/mod.ts";
import { InputRequiredSignal, type RequiredInput } from "../../caller_input.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import { ProtocolError } from "../../protocol/protocol_error.ts";
import { shorten } from "../../shorten.ts";
import { askLegacyCaller } from "./ask_legacy_caller.ts";
import { findMissingCapabilities } from "./caller_capability.ts";
import { type AskingWork, createInput, type InputRound } from "./input_round.ts";
import { invalidParams, readOptionalObject, readOptionalText } from "./read_params.ts";
import type { RequestCall } from "./request_call.ts";

/** What came of it: a value, or in the modern era a result that asks. */
export type AskingOutcome<T> = { readonly value: T } | { readonly inputRequired: JsonObject };

/**
 * Do work that may ask its caller, in the way of the caller's era: the modern client gets the questions
 * as the result and comes back with the answers, the legacy one gets requests.
 *
 * @param call The request.
 * @param signal Ends waiting for the answers.
 * @param work The work; begun anew with each round.
 * @returns What came of it.
 * @throws {ProtocolError} If a modern client cannot be asked, or brings back something wrong.
 * @throws {CallerRefusedError} If a legacy client cannot be asked, or does not answer.
 */
export async function runAsking<T>(
  call: RequestCall,
  signal: AbortSignal,
  work: AskingWork<T>,
): Promise<AskingOutcome<T>> {
  const { caller } = call;
  if (caller.era === "legacy") {
    if (caller.session === undefined) return { value: await work(undefined) };
    return { value: await askLegacyCaller(call, signal, work) };
  }
  const round = await openRound(call);
  try {
    return { value: await work(createInput(call, round)) };
  } catch (thrown) {
    const error = unwrapError(thrown);
    if (!(error instanceof InputRequiredSignal)) throw thrown;
    return { inputRequired: await toInputRequired(call, round, error.required) };
  }
}

const FIRST_ROUND: InputRound = Object.freeze({ answers: Object.freeze({}), state: undefined });

async function openRound(call: RequestCall): Promise<InputRound> {
  const { params, server } = call;
  const sealed = readOptionalText(params, "requestState");
  if (sealed === undefined && params["inputResponses"] === undefined) return FIRST_ROUND;
  const answers = readAnswers(params);
  if (sealed === undefined) return { answers, state: undefined };
  const kept = await server.seal.open(sealed, toSubject(call));
  return {
    // A later answer to the same question counts.
    answers: { ...kept["answers"] as Record<string, JsonObject>, ...answers },
    state: kept["state"],
  };
}

function readAnswers(params: JsonObject): Readonly<Record<string, JsonObject>> {
  const answers = readOptionalObject(params, "inputResponses") ?? {};
  for (const [key, answer] of Object.entries(answers)) {
    if (!isJsonObject(answer)) {
      throw invalidParams(`"inputResponses.${shorten(key)}" is not an object`);
    }
  }
  return answers as Readonly<Record<string, JsonObject>>;
}

/** The questions as a result, with all that the next round needs. */
async function toInputRequired(
  call: RequestCall,
  round: InputRound,
  { questions, state }: RequiredInput,
): Promise<JsonObject> {
  const missing = findMissingCapabilities(Object.values(questions), call.caller.capabilities);
  if (missing !== undefined) throw missingCapability(missing);
  const { answers } = round;
  const hasQuestions = Object.keys(questions).length > 0;
  const mustSeal = !hasQuestions || state !== undefined || Object.keys(answers).length > 0;
  const kept = { answers, ...(state !== undefined && { state }) };
  return {
    resultType: "input_required",
    ...(hasQuestions && { inputRequests: questions as unknown as JsonObject }),
    ...(mustSeal && { requestState: await call.server.seal.seal(kept, toSubject(call)) }),
  };
}

/** Whose request it is, and which: a state is good for this one only. */
function toSubject({ exchange, request, params }: RequestCall): string {
  const { name, uri, arguments: args } = params;
  return toCanonicalJson([
    exchange.principal.id,
    request.method,
    name ?? uri ?? null,
    args ?? null,
  ]);
}

function missingCapability(requiredCapabilities: JsonObject): ProtocolError {
  const names = Object.keys(requiredCapabilities).join(", ");
  const message =
    `Cannot take request as the client has not declared a capability that it needs: ${names}`;
  return new ProtocolError(McpErrorCode.missingCapability, message, {
    data: { requiredCapabilities },
    httpStatus: 400,
  });
}
