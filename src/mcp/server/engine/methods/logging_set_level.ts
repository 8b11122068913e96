import { isLogLevel } from "../log_level.ts";
import type { QuickMethod } from "../method.ts";
import { invalidParams } from "../read_params.ts";

/** `logging/setLevel`: the least important log message that the client wants. */
export const loggingSetLevel: QuickMethod = {
  eras: "legacy",
  answer({ params, caller }) {
    const { level } = params;
    if (!isLogLevel(level)) throw invalidParams('"level" is not the name of a level');
    caller.session?.setLogLevel(level);
    return {};
  },
};
