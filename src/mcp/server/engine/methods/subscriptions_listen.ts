import type { JsonObject } from "../../../../codec/mod.ts";
import { abortable } from "../../../../concurrency/mod.ts";
import { McpErrorCode } from "../../../protocol/error_code.ts";
import { MetaKey } from "../../../protocol/meta_key.ts";
import { ProtocolError } from "../../../protocol/protocol_error.ts";
import { serverStoppingError } from "../../../protocol/server_stopping_error.ts";
import { ChangeFeed } from "../change_feed.ts";
import type { Change } from "../change_hub.ts";
import { hasPrompts, hasResources } from "../has_feature.ts";
import type { WorkMethod } from "../method.ts";
import { checkUri, invalidParams, readOptionalObject } from "../read_params.ts";
import type { RequestCall } from "../request_call.ts";
import { insufficientScope } from "../require_scope.ts";

/** URIs that one subscription may name. */
const MAX_RESOURCES = 256;

/** `subscriptions/listen`: hear of changes until one of the two sides ends it. */
export const subscriptionsListen: WorkMethod = { eras: "modern", isEndless: true, work: listen };

/** What a client wants to hear of, and can. */
interface Filter {
  readonly toolsListChanged?: true;
  readonly promptsListChanged?: true;
  readonly resourcesListChanged?: true;
  readonly resourceSubscriptions?: readonly string[];
}

async function listen(call: RequestCall, signal: AbortSignal): Promise<JsonObject> {
  const { server, exchange, request } = call;
  const filter = readFilter(call);
  const uris = filter.resourceSubscriptions ?? [];
  const meta = { [MetaKey.subscriptionId]: request.id };
  const result = { _meta: meta };
  if (server.hub.isEnded) throw serverStoppingError();
  if (server.hub.isFull) throw tooMany("subscriptions", McpErrorCode.internalError);

  using stack = new DisposableStack();
  for (const uri of uris) {
    const watch = server.hub.tryWatch(uri);
    if (watch === undefined) throw tooMany("resources", McpErrorCode.internalError);
    stack.use(watch);
  }
  const ended = Promise.withResolvers<void>();
  const feed = new ChangeFeed({ send: (message) => exchange.send(message), meta });
  const wanted = toWanted(filter);
  const acknowledged = exchange.send({
    jsonrpc: "2.0",
    method: "notifications/subscriptions/acknowledged",
    params: { notifications: filter as unknown as JsonObject, _meta: meta },
  });
  if (wanted.size === 0) {
    await abortable(acknowledged, signal);
    return result;
  }
  stack.defer(() => feed.close());
  stack.use(server.hub.subscribe({
    onChange: (change) => {
      if (wanted.has(toKey(change))) feed.push(change);
    },
    onEnd: ended.resolve,
  }));
  await abortable(Promise.all([acknowledged, ended.promise]), signal);
  return result;
}

function toWanted(filter: Filter): ReadonlySet<string> {
  const wanted = new Set((filter.resourceSubscriptions ?? []).map((uri) => `resource ${uri}`));
  if (filter.toolsListChanged) wanted.add("tools");
  if (filter.promptsListChanged) wanted.add("prompts");
  if (filter.resourcesListChanged) wanted.add("resources");
  return wanted;
}

function toKey(change: Change): string {
  return change.kind === "resource" ? `resource ${change.uri}` : change.kind;
}

/** What the client asks for, less what this server never tells. */
function readFilter({ server, params, exchange }: RequestCall): Filter {
  const asked = readOptionalObject(params, "notifications");
  if (asked === undefined) throw invalidParams('"notifications" is missing');
  const resources = readUris(asked);
  const wantsResources = resources.length > 0 && hasResources(server);
  for (const uri of wantsResources ? resources : []) {
    const scope = server.resources.findMissingScope(uri, exchange.principal);
    if (scope !== undefined) throw insufficientScope(scope);
  }
  return {
    ...(readFlag(asked, "toolsListChanged") && { toolsListChanged: true }),
    ...(readFlag(asked, "promptsListChanged") && hasPrompts(server) &&
      { promptsListChanged: true }),
    ...(readFlag(asked, "resourcesListChanged") && hasResources(server) &&
      { resourcesListChanged: true }),
    ...(wantsResources && { resourceSubscriptions: resources }),
  };
}

function readFlag(asked: JsonObject, name: string): boolean {
  const value = asked[name] ?? false;
  if (typeof value !== "boolean") throw invalidParams(`"notifications.${name}" is not a boolean`);
  return value;
}

function readUris(asked: JsonObject): readonly string[] {
  const uris = asked["resourceSubscriptions"] ?? [];
  if (!Array.isArray(uris) || !uris.every((uri) => typeof uri === "string")) {
    throw invalidParams('"notifications.resourceSubscriptions" is not a list of texts');
  }
  if (uris.length > MAX_RESOURCES) {
    throw tooMany("resources", McpErrorCode.invalidParams);
  }
  uris.forEach(checkUri);
  return uris;
}

function tooMany(things: string, rpcCode: number): ProtocolError {
  const data = { code: `too_many_${things}` };
  return new ProtocolError(rpcCode, `Cannot listen as there are too many ${things}`, { data });
}
