import { hasResources } from "../has_feature.ts";
import type { QuickMethod } from "../method.ts";
import { readText } from "../read_params.ts";

/** `resources/unsubscribe`: hear of its changes no longer. */
export const resourcesUnsubscribe: QuickMethod = {
  eras: "legacy",
  needsSession: true,
  isServed: hasResources,
  answer({ params, caller }) {
    caller.session?.unsubscribe(readText(params, "uri"));
    return {};
  },
};
