import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";

/** Where the shared token travels in a message, under `params._meta`. */
const TOKEN_META_KEY = "io.mcpp/token";

/** A message and the token that came with it. */
export interface TokenAndMessage {
  /** Undefined if there was none, or not a text. */
  readonly token: string | undefined;
  /** Whether there was anything in its place. */
  readonly hasToken: boolean;
  /** The message without it, so that it shows up in no log. */
  readonly message: JsonObject;
}

/**
 * Put a token into a request or notification. Responses stay as they are.
 *
 * @param message The message; not changed.
 * @param token The token.
 * @returns The message with the token.
 */
export function addToken(message: JsonObject, token: string): JsonObject {
  if (!("method" in message)) return message;
  const params = toObject(message["params"]);
  const meta = { ...toObject(params["_meta"]), [TOKEN_META_KEY]: token };
  return { ...message, params: { ...params, "_meta": meta } };
}

/**
 * Take the token out of a message.
 *
 * @param message The message; not changed.
 * @returns The token and the rest.
 */
export function takeToken(message: JsonObject): TokenAndMessage {
  const params = toObject(message["params"]);
  const meta = toObject(params["_meta"]);
  if (!(TOKEN_META_KEY in meta)) return { token: undefined, hasToken: false, message };
  const { [TOKEN_META_KEY]: token, ...otherMeta } = meta;
  return {
    token: typeof token === "string" ? token : undefined,
    hasToken: true,
    message: { ...message, params: { ...params, "_meta": otherMeta } },
  };
}

function toObject(value: JsonValue | undefined): JsonObject {
  return value !== undefined && isJsonObject(value) ? value : {};
}
