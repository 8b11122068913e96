import { isJsonObject, type JsonValue } from "../../codec/mod.ts";

/**
 * The same message without its wish for progress, for a client that cannot read a stream.
 *
 * @param message A JSON-RPC message, or anything else, which comes back as it is.
 * @returns The message, copied only if it had a progress token.
 */
export function withoutProgressToken(message: JsonValue): JsonValue {
  if (!isJsonObject(message)) return message;
  const params = message["params"];
  if (params === undefined || !isJsonObject(params)) return message;
  const meta = params["_meta"];
  if (meta === undefined || !isJsonObject(meta) || !("progressToken" in meta)) return message;
  const { progressToken: _dropped, ...rest } = meta;
  return { ...message, params: { ...params, "_meta": rest } };
}
