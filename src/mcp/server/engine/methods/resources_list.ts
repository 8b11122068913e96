import { hasResources } from "../has_feature.ts";
import { FLEETING, type WorkMethod } from "../method.ts";
import { readOptionalText } from "../read_params.ts";
import { toWirePage } from "../wire_page.ts";

/** `resources/list`: what there is to read now, for this caller. */
export const resourcesList: WorkMethod = {
  eras: "both",
  isServed: hasResources,
  cache: FLEETING,
  async work({ server, params, exchange }, signal) {
    const cursor = readOptionalText(params, "cursor");
    const { principal } = exchange;
    return toWirePage("resources", await server.resources.list(cursor, { signal, principal }));
  },
};
