import { isJsonObject } from "../../codec/mod.ts";
import { InvalidRequestError } from "../protocol/errors.ts";
import type { Op } from "./op.ts";
import { renew, type RenewRequest } from "./renew.ts";

/** Reports progress, which also keeps the lease alive. */
export const progress: Op<RenewRequest> = {
  names: ["progress", "task.progress"],

  parse(message) {
    const value = message["progress"];
    if (value === undefined || !isJsonObject(value)) {
      throw new InvalidRequestError("missing_progress", "its progress is not an object");
    }
    return renew.parse(message);
  },

  run: (queue, request, call) => renew.run(queue, request, call),
};
