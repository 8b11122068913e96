import type { JsonObject } from "../../../../codec/mod.ts";
import { toPage } from "../../../page.ts";
import { type QuickMethod, STABLE } from "../method.ts";
import { readOptionalText } from "../read_params.ts";
import { toWirePage } from "../wire_page.ts";

/** `tools/list`: the tools, sorted by name. Everybody sees the same. */
export const toolsList: QuickMethod = {
  eras: "both",
  cache: STABLE,
  answer({ server, params }): JsonObject {
    const { definitions } = server.tools;
    return toWirePage("tools", toPage(definitions, readOptionalText(params, "cursor")));
  },
};
