/**
 * Whether the head of a request is longer than it may be: what it takes to name and to say everything
 * that comes before the body.
 *
 * @param request The request.
 * @param maxBytes How long URL and headers may be, together.
 * @returns Whether they are longer.
 */
export function isTooLong(request: Request, maxBytes: number): boolean {
  let bytes = request.url.length;
  // A colon, a space and a line break go with each.
  request.headers.forEach((value, name) => bytes += name.length + value.length + 4);
  return bytes > maxBytes;
}
