import { isJsonObject, type JsonObject } from "../../../codec/mod.ts";
import type { InputQuestion } from "../../caller_input.ts";

/**
 * What a client has not said that it can do, of what some questions need. A client that can ask its user
 * (`elicitation`) and says no more can do so with forms.
 *
 * @param questions The questions.
 * @param declared The client's capabilities.
 * @returns What is missing, as capabilities are written; `undefined` if nothing is.
 */
export function findMissingCapabilities(
  questions: readonly InputQuestion[],
  declared: JsonObject,
): JsonObject | undefined {
  const missing: Record<string, Record<string, JsonObject>> = {};
  for (const question of questions) {
    const [name, mode] = toRequirement(question);
    const held = declared[name];
    if (held !== undefined && isJsonObject(held) && (mode === undefined || can(held, mode))) {
      continue;
    }
    missing[name] = { ...missing[name], ...(mode !== undefined && { [mode]: {} }) };
  }
  return Object.keys(missing).length === 0 ? undefined : missing;
}

function toRequirement({ method, params }: InputQuestion): readonly [string, string | undefined] {
  if (method === "roots/list") return ["roots", undefined];
  if (method === "elicitation/create") {
    return ["elicitation", params?.["mode"] === "url" ? "url" : "form"];
  }
  const needsTools = params?.["tools"] !== undefined || params?.["toolChoice"] !== undefined;
  return ["sampling", needsTools ? "tools" : undefined];
}

function can(held: JsonObject, mode: string): boolean {
  if (held[mode] !== undefined) return true;
  return mode === "form" && held["url"] === undefined;
}
