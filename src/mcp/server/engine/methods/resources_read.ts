import type { JsonObject } from "../../../../codec/mod.ts";
import { UnknownResourceError } from "../../../errors.ts";
import { hasResources } from "../has_feature.ts";
import { FLEETING, type WorkMethod } from "../method.ts";
import { readText } from "../read_params.ts";
import type { RequestCall } from "../request_call.ts";
import { insufficientScope } from "../require_scope.ts";
import { runAsking } from "../run_asking.ts";

/** `resources/read`: what a resource holds. */
export const resourcesRead: WorkMethod = {
  eras: "both",
  isServed: hasResources,
  cache: FLEETING,
  work: readResource,
};

async function readResource(call: RequestCall, signal: AbortSignal): Promise<JsonObject> {
  const uri = readText(call.params, "uri");
  const { principal } = call.exchange;
  const outcome = await runAsking(
    call,
    signal,
    (input) => call.server.resources.read(uri, { signal, principal, input }),
  );
  if ("inputRequired" in outcome) return outcome.inputRequired;
  const lookup = outcome.value;
  if (lookup.found === undefined) {
    if (lookup.missingScope !== undefined) throw insufficientScope(lookup.missingScope);
    throw new UnknownResourceError(uri);
  }
  return { contents: lookup.found as unknown as readonly JsonObject[] };
}
