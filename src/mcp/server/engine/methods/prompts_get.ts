import type { JsonObject } from "../../../../codec/mod.ts";
import { UnknownPromptError } from "../../../errors.ts";
import type { PromptMessage } from "../../../prompt.ts";
import { hasPrompts } from "../has_feature.ts";
import type { WorkMethod } from "../method.ts";
import { readText, readTexts } from "../read_params.ts";
import type { RequestCall } from "../request_call.ts";
import { requireScope } from "../require_scope.ts";
import { runAsking } from "../run_asking.ts";

/** `prompts/get`: the messages of a prompt. */
export const promptsGet: WorkMethod = { eras: "both", isServed: hasPrompts, work: getPrompt };

async function getPrompt(call: RequestCall, signal: AbortSignal): Promise<JsonObject> {
  const name = readText(call.params, "name");
  const prompt = call.server.prompts.get(name);
  if (prompt === undefined) throw new UnknownPromptError(name);
  if (prompt.scope !== undefined) requireScope(call.exchange.principal, prompt.scope);
  const args = readTexts(call.params, "arguments");
  const { principal } = call.exchange;
  const outcome = await runAsking(
    call,
    signal,
    (input) => prompt.get(args, { signal, input, principal }),
  );
  if ("inputRequired" in outcome) return outcome.inputRequired;
  const { description } = prompt.definition;
  return { description, messages: outcome.value.map(toWireMessage) };
}

function toWireMessage({ role, content }: PromptMessage): JsonObject {
  return { role, content };
}
