import assert from "node:assert/strict";
import { toChallenge, withResourceMetadata } from "../../../src/http/challenge.ts";
import {
  createResourceMetadataRoutes,
  openHttpServer,
  type ProtectedResource,
} from "../../../src/http/mod.ts";
import { toMetadataUrl } from "../../../src/http/resource_metadata.ts";
import { MemoryLogger } from "../mcp/sample_tools.ts";

const RESOURCE: ProtectedResource = {
  path: "/mcp",
  authorizationServers: ["https://login.example"],
  scopes: ["tasks:read", "tasks:write"],
  name: "A node",
};

Deno.test("createResourceMetadataRoutes says at both well-known paths whom to ask", async () => {
  await using server = await openHttpServer({
    port: 0,
    routes: createResourceMetadataRoutes(RESOURCE),
    authenticator: { authenticate: () => assert.fail("metadata are for everyone") },
    logger: new MemoryLogger(),
  });
  for (const path of ["", "/mcp"]) {
    const url = `${server.url}/.well-known/oauth-protected-resource${path}`;
    const response = await fetch(url);
    assert.equal(response.status, 200, path);
    assert.deepEqual(await response.json(), {
      resource: `${server.url}/mcp`,
      resource_name: "A node",
      authorization_servers: ["https://login.example"],
      scopes_supported: ["tasks:read", "tasks:write"],
      bearer_methods_supported: ["header"],
    });
  }
});

Deno.test("toMetadataUrl is under the resource's public URL, or where the request came to", () => {
  const request = new Request("http://10.0.0.1/mcp", { headers: { host: "node.local:8000" } });
  const well = "/.well-known/oauth-protected-resource";
  const cases: readonly (readonly [Partial<ProtectedResource>, string])[] = [
    [{}, `http://node.local:8000${well}/mcp`],
    [{ url: "https://node.example/mcp" }, `https://node.example${well}/mcp`],
    [{ path: "/" }, `http://node.local:8000${well}`],
  ];
  for (const [more, url] of cases) {
    assert.equal(toMetadataUrl({ ...RESOURCE, ...more }, request), url);
  }
  const odd = new Request("http://10.0.0.1/mcp", { headers: { host: "localhost:99999" } });
  assert.equal(toMetadataUrl(RESOURCE, odd), `http://localhost${well}/mcp`);
});

Deno.test("withResourceMetadata adds to challenges for bearer tokens, once", () => {
  const url = "https://node.example/x";
  const added = `resource_metadata="${url}"`;
  assert.equal(withResourceMetadata(toChallenge({}), url), `Bearer ${added}`);
  const scoped = toChallenge({ error: "insufficient_scope", scope: "tasks:write" });
  const whole = `Bearer error="insufficient_scope", scope="tasks:write", ${added}`;
  assert.equal(withResourceMetadata(scoped, url), whole);
  assert.equal(withResourceMetadata(whole, url), whole);
  assert.equal(withResourceMetadata('Basic realm="x"', url), 'Basic realm="x"');
});
