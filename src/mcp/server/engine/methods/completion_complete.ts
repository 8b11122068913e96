import type { JsonObject } from "../../../../codec/mod.ts";
import { UnknownPromptError, UnknownResourceError } from "../../../errors.ts";
import type { CompletionRequest } from "../../../resource.ts";
import { hasCompletions } from "../has_feature.ts";
import type { WorkMethod } from "../method.ts";
import { invalidParams, readOptionalObject, readText, readTexts } from "../read_params.ts";
import type { RequestCall } from "../request_call.ts";
import { insufficientScope, requireScope } from "../require_scope.ts";

/** As many as the specification allows. */
const MAX_VALUES = 100;

/** `completion/complete`: values for an argument of a prompt or a variable of a template. */
export const completionComplete: WorkMethod = {
  eras: "both",
  isServed: hasCompletions,
  async work(call, signal) {
    const values = await complete(call, signal);
    return {
      completion: {
        values: values.slice(0, MAX_VALUES),
        total: values.length,
        hasMore: values.length > MAX_VALUES,
      },
    };
  },
};

async function complete(call: RequestCall, signal: AbortSignal): Promise<readonly string[]> {
  const ref = requireObject(call.params, "ref");
  const request = readRequest(call.params);
  const { principal } = call.exchange;
  if (ref["type"] === "ref/prompt") {
    const name = readText(ref, "name");
    const prompt = call.server.prompts.get(name);
    if (prompt === undefined) throw new UnknownPromptError(name);
    if (prompt.scope !== undefined) requireScope(call.exchange.principal, prompt.scope);
    return await prompt.complete(request, { signal, principal });
  }
  if (ref["type"] !== "ref/resource") throw invalidParams('"ref.type" is unknown');
  const uri = readText(ref, "uri");
  const lookup = await call.server.resources.complete(uri, request, { signal, principal });
  if (lookup.found !== undefined) return lookup.found;
  if (lookup.missingScope !== undefined) throw insufficientScope(lookup.missingScope);
  throw new UnknownResourceError(uri);
}

function readRequest(params: JsonObject): CompletionRequest {
  const argument = requireObject(params, "argument");
  const context = readOptionalObject(params, "context") ?? {};
  return {
    argument: readText(argument, "name"),
    value: readText(argument, "value"),
    known: readTexts(context, "arguments"),
  };
}

function requireObject(params: JsonObject, name: string): JsonObject {
  const value = readOptionalObject(params, name);
  if (value === undefined) throw invalidParams(`"${name}" is missing`);
  return value;
}
