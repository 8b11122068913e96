import { isJsonObject } from "../../codec/mod.ts";
import { InvalidRequestError } from "../protocol/errors.ts";
import type { Op } from "./op.ts";
import { renew, type RenewRequest } from "./renew.ts";

/** Reports progress or lines of log, which also keeps the lease alive. */
export const progress: Op<RenewRequest> = {
  names: ["progress", "task.progress"],
  role: "work",

  parse(message) {
    const value = message["progress"];
    const request = renew.parse(message);
    if ((value === undefined || value === null) && request.logs.length > 0) return request;
    if (value === undefined || !isJsonObject(value)) {
      throw new InvalidRequestError("missing_progress", "its progress is not an object");
    }
    return request;
  },

  run: (request, services, call) => renew.run(request, services, call),
};
