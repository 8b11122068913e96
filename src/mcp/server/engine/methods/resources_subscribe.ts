import { hasResources } from "../has_feature.ts";
import type { QuickMethod } from "../method.ts";
import { checkUri, invalidParams, readText } from "../read_params.ts";
import { insufficientScope } from "../require_scope.ts";

/** `resources/subscribe`: hear of the changes of a resource, as long as the session lives. */
export const resourcesSubscribe: QuickMethod = {
  eras: "legacy",
  needsSession: true,
  isServed: hasResources,
  answer({ server, params, exchange, caller }) {
    const uri = readText(params, "uri");
    checkUri(uri);
    const scope = server.resources.findMissingScope(uri, exchange.principal);
    if (scope !== undefined) throw insufficientScope(scope);
    if (caller.session?.subscribe(uri) === false) {
      throw invalidParams("there are too many subscriptions");
    }
    return {};
  },
};
