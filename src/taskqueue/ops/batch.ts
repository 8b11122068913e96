import { isJsonObject, type JsonObject } from "../../codec/mod.ts";
import { InvalidRequestError } from "../protocol/errors.ts";
import { toErrorReply } from "../protocol/to_reply.ts";

/** How many items one request may have. */
const MAX_ITEMS = 256;

/** How the items of a batch are dealt with. */
export interface BatchWork<Request, Done> {
  /** Reads an item. Throws `InvalidRequestError`. */
  readonly parse: (message: JsonObject) => Request;
  /** Does all that could be read, in their order. */
  readonly run: (requests: readonly Request[]) => Promise<readonly PromiseSettledResult<Done>[]>;
  /** Members of an item's result, besides `ok`. */
  readonly toResult: (done: Done) => JsonObject;
}

/**
 * The items of a batch.
 *
 * @throws {InvalidRequestError} If there are none or too many, or one is no object.
 */
export function parseBatch(message: JsonObject, member: string): readonly JsonObject[] {
  const items = message[member];
  if (!Array.isArray(items) || items.length < 1 || items.length > MAX_ITEMS) {
    const reason = `its ${member} is not a list of 1 to ${MAX_ITEMS} items`;
    throw new InvalidRequestError("invalid_request", reason);
  }
  if (items.every(isJsonObject)) return items;
  throw new InvalidRequestError("invalid_request", `its ${member} has an item that is no object`);
}

/** Do the items of a batch, each for itself. The results are in their order. */
export async function runBatch<Request, Done>(
  messages: readonly JsonObject[],
  work: BatchWork<Request, Done>,
): Promise<readonly JsonObject[]> {
  const results: JsonObject[] = new Array(messages.length);
  const requests: Request[] = [];
  const places: number[] = [];
  for (const [place, message] of messages.entries()) {
    try {
      requests.push(work.parse(message));
      places.push(place);
    } catch (error) {
      results[place] = toErrorReply(error);
    }
  }
  const settled = await work.run(requests);
  for (const [index, outcome] of settled.entries()) {
    results[places[index] ?? 0] = outcome.status === "rejected"
      ? toErrorReply(outcome.reason)
      : { ok: true, ...work.toResult(outcome.value) };
  }
  return results;
}
