import type { Client, ClientCapabilities } from "@modelcontextprotocol/client";
import type { JsonObject } from "../../codec/mod.ts";

/**
 * What a server may ask its client during a call. A server is told only of what is there, and asks
 * nothing else.
 */
export interface InputHandlers {
  /**
   * Asks the user: a form (`mode` is `form` or absent) or a visit to a URL (`mode` is `url`). The answer
   * has `action` (`accept`, `decline` or `cancel`) and for an accepted form `content`; what that leaves
   * out gets the form's default.
   */
  readonly elicit?: InputHandler | undefined;
  /** Asks a model, as `sampling/createMessage` of the MCP specification has it. */
  readonly createMessage?: InputHandler | undefined;
  /** Folders that the server may look at: the answer has `roots`. */
  readonly listRoots?: InputHandler | undefined;
}

/** Answers a question of a server; both as the MCP specification has them. */
export type InputHandler = (
  params: JsonObject,
  options: { readonly signal: AbortSignal },
) => Promise<JsonObject> | JsonObject;

const METHODS = {
  elicit: "elicitation/create",
  createMessage: "sampling/createMessage",
  listRoots: "roots/list",
} as const;

/**
 * What the server is told that it may ask.
 *
 * @param handlers What there is.
 * @returns The capabilities.
 */
export function toCapabilities(handlers: InputHandlers): ClientCapabilities {
  return {
    ...(handlers.elicit !== undefined &&
      { elicitation: { form: { applyDefaults: true }, url: {} } }),
    ...(handlers.createMessage !== undefined && { sampling: {} }),
    ...(handlers.listRoots !== undefined && { roots: {} }),
  };
}

/**
 * Let a client answer, in the way of whatever era it will speak.
 *
 * @param client The client; it must have the capabilities.
 * @param handlers What there is.
 */
export function addInputHandlers(client: Client, handlers: InputHandlers): void {
  for (const name of ["elicit", "createMessage", "listRoots"] as const) {
    const handler = handlers[name];
    if (handler === undefined) continue;
    client.setRequestHandler(METHODS[name], async (request, context) => {
      const params = (request.params ?? {}) as unknown as JsonObject;
      const answer = await handler(params, { signal: context.mcpReq.signal });
      // The SDK checks answers before it sends them.
      return answer as never;
    });
  }
}
