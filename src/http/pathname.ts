/**
 * The path of a request's URL as it was sent, without its query. Cheaper than parsing the URL, and
 * never fails: hosts that no URL may have come as far as this.
 *
 * @param url The request's URL.
 * @returns The path, beginning with a slash; empty if there is none.
 */
export function toPathname(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  if (start === -1) return "";
  const query = url.indexOf("?", start);
  const fragment = url.indexOf("#", start);
  const end = Math.min(
    query === -1 ? url.length : query,
    fragment === -1 ? url.length : fragment,
  );
  return url.slice(start, end);
}
