import type { JsonObject } from "../../../codec/mod.ts";
import type { JsonRpcNotification } from "../../protocol/message.ts";
import type { Change } from "./change_hub.ts";

const METHODS = {
  tools: "notifications/tools/list_changed",
  prompts: "notifications/prompts/list_changed",
  resources: "notifications/resources/list_changed",
  resource: "notifications/resources/updated",
} as const;

/** How a {@linkcode ChangeFeed} writes its messages. */
export interface ChangeFeedOptions {
  /** Sends one; resolves when the next may be sent. */
  readonly send: (message: JsonRpcNotification) => Promise<void>;
  /** `_meta` of each. @default {undefined} none */
  readonly meta?: JsonObject | undefined;
}

/**
 * Tells one client of changes, one at a time. What changes again while it waits is told once, so a slow
 * reader costs no more than what it listens to.
 */
export class ChangeFeed {
  readonly #options: ChangeFeedOptions;
  readonly #waiting = new Map<string, Change>();
  #isSending = false;
  #isClosed = false;

  /** @param options How messages are sent. */
  constructor(options: ChangeFeedOptions) {
    this.#options = options;
  }

  /** Tell of a change. */
  push(change: Change): void {
    if (this.#isClosed) return;
    this.#waiting.set(change.kind === "resource" ? `resource ${change.uri}` : change.kind, change);
    if (!this.#isSending) this.#sendNext();
  }

  /** Tell nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.clear();
  }

  #sendNext(): void {
    const [next] = this.#waiting;
    this.#isSending = next !== undefined;
    if (next === undefined) return;
    const [key, change] = next;
    this.#waiting.delete(key);
    const proceed = (): void => this.#sendNext();
    // A reader that cannot be reached any more is told the rest in vain; its stream ends elsewhere.
    this.#options.send(this.#toMessage(change)).then(proceed, proceed);
  }

  #toMessage(change: Change): JsonRpcNotification {
    const { meta } = this.#options;
    const params = {
      ...(change.kind === "resource" && { uri: change.uri }),
      ...(meta !== undefined && { _meta: meta }),
    };
    return {
      jsonrpc: "2.0",
      method: METHODS[change.kind],
      ...(Object.keys(params).length > 0 && { params }),
    };
  }
}
