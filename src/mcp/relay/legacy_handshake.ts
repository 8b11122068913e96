import { isJsonObject, type JsonObject } from "../../codec/mod.ts";
import { NotMcpServerError } from "../client/errors.ts";
import type { JsonRpcNotification, JsonRpcRequest } from "../protocol/message.ts";

/** Sends a request that the client knows nothing of. Resolves to the answer. */
export type AskQuietly = (method: string, params: JsonObject) => Promise<JsonObject>;

/**
 * What a server of the legacy era has been told for the length of its session, so that another session
 * can take the place of one that was lost.
 */
export class LegacyHandshake {
  #initialize: { readonly params: JsonObject; readonly version: unknown } | undefined;
  #initialized: JsonObject | undefined;
  #logLevel: JsonObject | undefined;
  readonly #subscriptions = new Map<string, JsonObject>();

  /** Whether there is a session to be restored. */
  get isDone(): boolean {
    return this.#initialize !== undefined;
  }

  /** Takes note of a notification of the client. */
  noteNotification(notification: JsonRpcNotification): void {
    if (notification.method === "notifications/initialized") {
      this.#initialized = notification as unknown as JsonObject;
    }
  }

  /** Takes note of a request of the client, and of the server's answer. */
  noteAnswer({ method, params = {} }: JsonRpcRequest, answer: JsonObject): void {
    const result = answer["result"];
    if (result === undefined || !isJsonObject(result)) return;
    const uri = String(params["uri"]);
    if (method === "initialize") {
      this.#initialize = { params, version: result["protocolVersion"] };
      this.#initialized = undefined;
      this.#logLevel = undefined;
      this.#subscriptions.clear();
    } else if (method === "logging/setLevel") this.#logLevel = params;
    else if (method === "resources/subscribe") this.#subscriptions.set(uri, params);
    else if (method === "resources/unsubscribe") this.#subscriptions.delete(uri);
  }

  /**
   * Tell a server all of it again.
   *
   * @param ask Sends a request.
   * @param say Sends a notification.
   * @param server Its name, for errors.
   * @returns URIs whose changes may have been missed meanwhile.
   * @throws {NotMcpServerError} If the server is not the same any more.
   */
  async repeat(
    ask: AskQuietly,
    { say, server }: {
      readonly say: (notification: JsonObject) => Promise<void>;
      readonly server: string;
    },
  ): Promise<readonly string[]> {
    if (this.#initialize === undefined) return [];
    const { params, version } = this.#initialize;
    const { result } = await ask("initialize", params);
    if (result === undefined || !isJsonObject(result)) {
      throw new NotMcpServerError(server, "it does not begin the session anew");
    }
    if (result["protocolVersion"] !== version) {
      throw new NotMcpServerError(server, "it speaks another protocol revision than before");
    }
    if (this.#initialized === undefined) return [];
    await say(this.#initialized);
    // What it refuses now, such as a resource that is gone, is no reason to give up the rest.
    if (this.#logLevel !== undefined) await ask("logging/setLevel", this.#logLevel);
    for (const subscription of this.#subscriptions.values()) {
      await ask("resources/subscribe", subscription);
    }
    return [...this.#subscriptions.keys()];
  }
}
