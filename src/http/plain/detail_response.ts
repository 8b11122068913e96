/**
 * An error as the Python system's server has them.
 *
 * @param status The HTTP status.
 * @param detail What is wrong, for a person.
 * @param headers More headers.
 * @returns The response: `{"detail"}`.
 */
export function detailResponse(
  status: number,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ detail }, { status, headers });
}
