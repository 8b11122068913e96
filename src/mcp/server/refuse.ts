/** Status of an answer that nobody waits for any more; never seen by a client. */
export const CLIENT_GONE = 499;

/**
 * Refuse a request in words that every MCP client understands.
 *
 * @param status HTTP status.
 * @param message For a person.
 */
export function refuse(status: number, message: string): Response {
  const code = status === 400 ? -32700 : status === 500 ? -32603 : -32000;
  return Response.json({ jsonrpc: "2.0", id: null, error: { code, message } }, { status });
}

/** Refuse a request because the server stops. */
export function refuseAsStopping(): Response {
  return refuse(503, "Cannot answer request as the server is stopping");
}
