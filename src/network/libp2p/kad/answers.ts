import type { QueryEvent } from "@libp2p/kad-dht";
import { toErrorMessage } from "../../../error/mod.ts";
import { DhtUnansweredError } from "../../discovery/dht/errors.ts";

/** Counts who has answered a question that went to several peers of a table. */
export class Answers {
  #answered = 0;
  #failure = "it knows nobody";

  /** Something happened on the way. */
  note(event: QueryEvent): void {
    if (event.name === "QUERY_ERROR") this.#failure = toErrorMessage(event.error);
    if (event.name === "PEER_RESPONSE") this.#answered++;
  }

  /** @throws {DhtUnansweredError} If nobody has answered. */
  throwIfNone(): void {
    if (this.#answered === 0) throw new DhtUnansweredError(this.#failure);
  }
}
