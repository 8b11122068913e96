import type { Method } from "./method.ts";
import { completionComplete } from "./methods/completion_complete.ts";
import { initialize } from "./methods/initialize.ts";
import { loggingSetLevel } from "./methods/logging_set_level.ts";
import { ping } from "./methods/ping.ts";
import { promptsGet } from "./methods/prompts_get.ts";
import { promptsList } from "./methods/prompts_list.ts";
import { resourcesList } from "./methods/resources_list.ts";
import { resourcesRead } from "./methods/resources_read.ts";
import { resourcesSubscribe } from "./methods/resources_subscribe.ts";
import { resourcesTemplatesList } from "./methods/resources_templates_list.ts";
import { resourcesUnsubscribe } from "./methods/resources_unsubscribe.ts";
import { serverDiscover } from "./methods/server_discover.ts";
import { subscriptionsListen } from "./methods/subscriptions_listen.ts";
import { toolsCall } from "./methods/tools_call.ts";
import { toolsList } from "./methods/tools_list.ts";

/** Every method that there is, in any era. */
export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["tools/call", toolsCall],
  ["tools/list", toolsList],
  ["server/discover", serverDiscover],
  ["initialize", initialize],
  ["ping", ping],
  ["logging/setLevel", loggingSetLevel],
  ["prompts/list", promptsList],
  ["prompts/get", promptsGet],
  ["resources/list", resourcesList],
  ["resources/templates/list", resourcesTemplatesList],
  ["resources/read", resourcesRead],
  ["resources/subscribe", resourcesSubscribe],
  ["resources/unsubscribe", resourcesUnsubscribe],
  ["completion/complete", completionComplete],
  ["subscriptions/listen", subscriptionsListen],
]);
