import type { JsonObject, JsonValue } from "../../../codec/mod.ts";
import { type CallerInput, InputRequiredSignal, type RequiredInput } from "../../caller_input.ts";
import type { RequestCall } from "./request_call.ts";

/** Work that may ask its caller. `input` is absent where nobody can be asked. */
export type AskingWork<T> = (input: CallerInput | undefined) => Promise<T>;

/** What one round begins with. */
export interface InputRound {
  readonly answers: Readonly<Record<string, JsonObject>>;
  readonly state: JsonValue | undefined;
}

/**
 * What work asks with.
 *
 * @param call The request.
 * @param round What the round begins with.
 * @returns The input.
 */
export function createInput({ caller }: RequestCall, round: InputRound): CallerInput {
  return {
    answers: round.answers,
    state: round.state,
    capabilities: caller.capabilities,
    require(required: RequiredInput): never {
      throw new InputRequiredSignal(required);
    },
  };
}
