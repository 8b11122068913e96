import type { JsonRpcRequest } from "../../protocol/message.ts";
import type { Exchange, McpAnswer, McpService } from "../engine/mcp_service.ts";

/**
 * Answer a batch that belongs to no session, all requests at the same time.
 *
 * @param service Answers each.
 * @param requests The requests in it.
 * @param exchange What they came with.
 * @returns The answers in the order of the requests; `undefined` if the exchange's signal aborted first.
 */
export async function answerBatch(
  service: McpService,
  requests: readonly JsonRpcRequest[],
  exchange: Exchange,
): Promise<readonly McpAnswer[] | undefined> {
  const answers = await Promise.all(
    requests.map((request) => service.answerSessionless(request, exchange)),
  );
  const given = answers.filter((answer) => answer !== undefined);
  return given.length === answers.length ? given : undefined;
}
