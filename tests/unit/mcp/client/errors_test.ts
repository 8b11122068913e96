import assert from "node:assert/strict";
import { ServerUnauthorizedError } from "../../../../src/mcp/mod.ts";

Deno.test("ServerUnauthorizedError says how to be let in, by a peer also without a token", () => {
  const hintOf = (server: string, scope?: string): string =>
    new ServerUnauthorizedError(server, undefined, scope).hint ?? "";
  assert.match(hintOf("12D3KooW"), /token .* mcpp invite there, and mcpp join here$/);
  assert.match(hintOf("http://192.0.2.1/mcp"), /^Give a token that the server accepts$/);
  assert.match(hintOf("http://192.0.2.1/mcp", "tasks"), /scope "tasks"/);
});
