/** What a mock server that speaks the modern era would say of itself. */
const DISCOVERY = {
  supportedVersions: ["2026-07-28"],
  capabilities: { tools: {}, resources: {}, prompts: {} },
  resultType: "complete",
  ttlMs: 0,
  cacheScope: "private",
};

/**
 * Some of the runner's mock servers speak the modern era but do not answer the question whether they do.
 * This answers it for them, and sends them everything else.
 *
 * @param request Makes requests.
 * @returns Makes requests, too.
 */
export function withDiscovery(request: typeof fetch): typeof fetch {
  return async (url, init) => {
    const { body } = init ?? {};
    if (typeof body === "string") {
      const { id, method } = JSON.parse(body);
      if (method === "server/discover") {
        return Response.json({ jsonrpc: "2.0", id, result: DISCOVERY });
      }
    }
    return await request(url, init);
  };
}
