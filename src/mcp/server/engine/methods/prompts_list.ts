import { toPage } from "../../../page.ts";
import { type QuickMethod, STABLE } from "../method.ts";
import { readOptionalText } from "../read_params.ts";
import { hasPrompts } from "../has_feature.ts";
import { toWirePage } from "../wire_page.ts";

/** `prompts/list`: the prompts, sorted by name. */
export const promptsList: QuickMethod = {
  eras: "both",
  isServed: hasPrompts,
  cache: STABLE,
  answer({ server, params }) {
    const { definitions } = server.prompts;
    return toWirePage("prompts", toPage(definitions, readOptionalText(params, "cursor")));
  },
};
