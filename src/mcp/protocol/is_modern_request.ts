import { isJsonObject, type JsonObject } from "../../codec/mod.ts";
import type { JsonRpcMessage } from "./message.ts";
import { MetaKey } from "./meta_key.ts";
import { isModernVersion } from "./versions.ts";

/**
 * Whether a message belongs to the modern era, which it says itself in its `_meta`. One that says so
 * badly belongs there too, to be refused. `initialize` is of the legacy era unless it names a modern
 * revision.
 *
 * @param message A request or a notification; answers are of the legacy era.
 * @param versionHeader The header `Mcp-Protocol-Version`, where there is one; it counts for messages that
 *   say nothing.
 * @returns Whether it is.
 */
export function isModernRequest(message: JsonRpcMessage, versionHeader?: string | null): boolean {
  if (!("method" in message)) return false;
  const meta = metaOf(message.params);
  const isClaimed = meta !== undefined && MetaKey.protocolVersion in meta;
  if (message.method === "initialize") {
    return isClaimed && isModernVersion(meta[MetaKey.protocolVersion]);
  }
  return isClaimed || message.method === "server/discover" || isModernVersion(versionHeader);
}

/**
 * The `_meta` of a message.
 *
 * @param params Its parameters.
 * @returns The object, if there is one.
 */
export function metaOf(params: JsonObject | undefined): JsonObject | undefined {
  const meta = params?.["_meta"];
  return meta !== undefined && isJsonObject(meta) ? meta : undefined;
}
