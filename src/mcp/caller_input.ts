import type { JsonObject, JsonValue } from "../codec/mod.ts";

/** A question to the caller, to its user or to its model. */
export interface InputQuestion {
  /** `elicitation/create` asks the user, `sampling/createMessage` the model, `roots/list` the client. */
  readonly method: "elicitation/create" | "sampling/createMessage" | "roots/list";
  /** As the MCP specification has them for the method. */
  readonly params?: JsonObject | undefined;
}

/** What has to be known before the work can go on. */
export interface RequiredInput {
  /** Questions by keys of the asker's choice; there may be none, to come back later. */
  readonly questions: Readonly<Record<string, InputQuestion>>;
  /** Handed back with the answers. The caller sees nothing of it and cannot change it. */
  readonly state?: JsonValue | undefined;
}

/**
 * Lets running work ask its caller. A question ends the round: the work is begun anew when the answers
 * are there, with {@linkcode answers} and {@linkcode state}. Callers of every protocol era are asked in
 * the way that theirs has.
 */
export interface CallerInput {
  /** Answers of all rounds that came with this one, by their questions' keys. */
  readonly answers: Readonly<Record<string, JsonObject>>;
  /** What the round before has left; `undefined` in the first. */
  readonly state: JsonValue | undefined;
  /** What the caller can do, as it says: the client capabilities of the MCP specification. */
  readonly capabilities: JsonObject;
  /**
   * Ask, which ends this round.
   *
   * @throws {InputRequiredSignal} Always: let it through.
   */
  require(required: RequiredInput): never;
}

/** Thrown by {@linkcode CallerInput.require}, and for no other eyes than the engine's. */
export class InputRequiredSignal extends Error {
  /** Name of the class. */
  override readonly name = "InputRequiredSignal";

  /**
   * Creates the signal.
   *
   * @param required What has to be known.
   */
  constructor(readonly required: RequiredInput) {
    super("Cannot go on as the caller has to answer first");
  }
}
