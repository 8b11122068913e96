import assert from "node:assert/strict";
import { toPathname } from "../../../src/http/pathname.ts";

Deno.test("toPathname is the path as it was sent", () => {
  const paths = {
    "http://localhost/": "/",
    "http://localhost:8000/mcp": "/mcp",
    "http://localhost/a/b?c=/d#e": "/a/b",
    "http://localhost/a#?b": "/a",
    "http://[::1]:80/x%2Fy": "/x%2Fy",
    "http://localhost/a/../b": "/a/../b",
    "http://localhost?a=b": "",
    "http://localhost*": "",
    "http://bad host/x": "/x",
  };
  for (const [url, path] of Object.entries(paths)) assert.equal(toPathname(url), path, url);
});
