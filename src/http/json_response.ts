/**
 * A JSON error in the one form that all routes have.
 *
 * @param status The HTTP status.
 * @param error What is wrong.
 * @param headers More headers.
 * @returns The response: `{"error": {"code", "message"}}`.
 */
export function errorResponse(
  status: number,
  error: { readonly code: string; readonly message: string },
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ error }, { status, headers });
}
