import { hasResources } from "../has_feature.ts";
import { FLEETING, type QuickMethod } from "../method.ts";
import { readOptionalText } from "../read_params.ts";
import { toWirePage } from "../wire_page.ts";

/** `resources/templates/list`: the forms that URIs of resources have, for this caller. */
export const resourcesTemplatesList: QuickMethod = {
  eras: "both",
  isServed: hasResources,
  cache: { ...FLEETING, ttlMs: 60_000 },
  answer({ server, params, exchange }) {
    const cursor = readOptionalText(params, "cursor");
    const page = server.resources.listTemplates(cursor, exchange.principal);
    return toWirePage("resourceTemplates", page);
  },
};
