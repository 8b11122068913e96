import assert from "node:assert/strict";
import { preflightResponse } from "../../../src/http/cors.ts";

const ORIGIN = "https://app.example";

/** What a page may send, after it asked for some headers. */
function allowedHeaders(asked: string, origin = ORIGIN): string[] | undefined {
  const request = new Request("http://localhost/mcp", {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": asked,
    },
  });
  const response = preflightResponse(request, { corsOrigins: [ORIGIN], methods: ["POST"] });
  return response.headers.get("access-control-allow-headers")?.split(", ");
}

const ALWAYS = allowedHeaders("") ?? [];

Deno.test("preflightResponse allows what MCP clients always send, each header once", () => {
  for (const name of ["Authorization", "Content-Type", "Mcp-Method", "Mcp-Session-Id"]) {
    assert.ok(ALWAYS.includes(name), name);
  }
  assert.deepEqual(allowedHeaders("content-type, MCP-METHOD,mcp-session-id"), ALWAYS);
});

Deno.test("preflightResponse allows the headers in which tools' parameters travel", () => {
  assert.deepEqual(allowedHeaders("mcp-param-region, Mcp-Param-Tenant-Id,mcp-param-region"), [
    ...ALWAYS,
    "mcp-param-region",
    "mcp-param-tenant-id",
  ]);
});

Deno.test("preflightResponse allows nothing else that a page asks for", () => {
  const asked = ["x-evil", "cookie", "mcp", "mcp-", "xmcp-a", "mcp-a b", "mcp-a\tb", "mcp-ä"];
  for (const name of asked.slice(0, -1)) assert.deepEqual(allowedHeaders(name), ALWAYS, name);
  const many = Array.from({ length: 1000 }, (_, index) => `mcp-param-${index}`).join(",");
  assert.equal(allowedHeaders(many)?.length, ALWAYS.length + 64);
  assert.deepEqual(allowedHeaders(`mcp-${"x".repeat(200)}`), ALWAYS);
});

Deno.test("preflightResponse tells other origins nothing", () => {
  assert.equal(allowedHeaders("mcp-param-region", "https://evil.example"), undefined);
});
