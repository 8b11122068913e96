import assert from "node:assert/strict";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import {
  type Authenticator,
  createProbeRoutes,
  createTokenAuthenticator,
  type HttpRoute,
  type HttpServer,
  type HttpServerOptions,
  openHttpServer,
} from "../../../src/http/mod.ts";
import { HealthRegistry } from "../../../src/telemetry/mod.ts";
import { MemoryLogger } from "../mcp/sample_tools.ts";

const ALICE = "alice-has-a-long-token";
const BOB = "bob-has-another-token";
const AUTHENTICATOR = createTokenAuthenticator([
  { name: "alice", token: ALICE, scopes: ["*"] },
  { name: "bob", token: BOB, scopes: ["tasks:*"] },
]);

function routeFor(path: string, more: Partial<HttpRoute> = {}): HttpRoute {
  return {
    path,
    methods: ["GET"],
    handle: (_request, { principal, params }) => Response.json({ principal, params }),
    ...more,
  };
}

const ROUTES = [
  routeFor("/who"),
  routeFor("/public", { isPublic: true }),
  routeFor("/tasks/{id}", { scope: "tasks:read" }),
  routeFor("/metrics", { scope: "system:read" }),
  ...createProbeRoutes(new HealthRegistry()),
];

function open(options: Partial<HttpServerOptions> = {}): Promise<HttpServer> {
  return openHttpServer({
    port: 0,
    routes: ROUTES,
    authenticator: AUTHENTICATOR,
    logger: new MemoryLogger(),
    ...options,
  });
}

async function ask(
  server: HttpServer,
  path: string,
  token?: string,
): Promise<{ status: number; headers: Headers; body: ReturnType<typeof JSON.parse> }> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(server.url + path, { headers });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

Deno.test("openHttpServer lets nobody in without credentials, and says how to get in", async () => {
  await using server = await open();
  const stranger = await ask(server, "/who");
  assert.equal(stranger.status, 401);
  assert.equal(stranger.body.error.code, "unauthorized");
  assert.equal(stranger.headers.get("www-authenticate"), "Bearer");
  const liar = await ask(server, "/who", "not-one-of-the-tokens");
  assert.equal(liar.status, 401);
  assert.equal(liar.headers.get("www-authenticate"), 'Bearer error="invalid_token"');
});

Deno.test("openHttpServer tells routes who asks, and the values of their path", async () => {
  await using server = await open();
  const { body } = await ask(server, "/tasks/a%20b", BOB);
  assert.deepEqual(body, { principal: { id: "bob", scopes: ["tasks:*"] }, params: { id: "a b" } });
});

Deno.test("openHttpServer lets everyone do everything if nobody has to say who they are", async () => {
  await using server = await open({ authenticator: undefined });
  for (const path of ["/who", "/public", "/metrics", "/tasks/1"]) {
    const { status, body } = await ask(server, path);
    assert.deepEqual([status, body.principal], [200, { id: "", scopes: ["*"] }], path);
  }
});

Deno.test("openHttpServer asks nobody at probes and public routes, but gives no rights there", async () => {
  await using server = await open();
  const { status, body } = await ask(server, "/public", "whatever-this-may-be");
  assert.deepEqual([status, body.principal], [200, { id: "", scopes: [] }]);
  for (const path of ["/health", "/live", "/ready"]) {
    assert.equal((await ask(server, path)).status, 200, path);
  }
});

Deno.test("openHttpServer holds callers to the scope that a route needs", async () => {
  await using server = await open();
  assert.equal((await ask(server, "/metrics", ALICE)).status, 200);
  const refused = await ask(server, "/metrics", BOB);
  assert.equal(refused.status, 403);
  assert.equal(refused.body.error.code, "forbidden");
  assert.equal(
    refused.headers.get("www-authenticate"),
    'Bearer error="insufficient_scope", scope="system:read"',
  );
});

Deno.test("openHttpServer tells those it refuses where to ask for a token, and only these", async () => {
  const own = 'Bearer error="insufficient_scope", scope="x:read"';
  const forbidding = routeFor("/forbidding", {
    handle: () => new Response("{}", { status: 403, headers: { "www-authenticate": own } }),
  });
  await using server = await open({
    routes: [...ROUTES, forbidding],
    protectedResource: {
      path: "/mcp",
      url: "https://node.example/mcp",
      authorizationServers: ["https://login.example"],
    },
  });
  const where = 'resource_metadata="https://node.example/.well-known/oauth-protected-resource/mcp"';
  const challenge = async (path: string, token?: string): Promise<string | null> =>
    (await ask(server, path, token)).headers.get("www-authenticate");
  assert.equal(await challenge("/who"), `Bearer ${where}`);
  assert.equal(
    await challenge("/metrics", BOB),
    `Bearer error="insufficient_scope", scope="system:read", ${where}`,
  );
  // Also where the route itself refuses, as that of MCP does.
  assert.equal(await challenge("/forbidding", BOB), `${own}, ${where}`);
  assert.equal(await challenge("/who", BOB), null);
});

Deno.test("openHttpServer answers preflights, unknown paths and foreign hosts before it asks who", async () => {
  const origin = "https://app.example";
  const authenticator: Authenticator = { authenticate: () => assert.fail("asked") };
  await using server = await open({ authenticator, corsOrigins: [origin] });
  const preflight = await fetch(`${server.url}/who`, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "GET" },
  });
  assert.equal(preflight.status, 204);
  assert.equal((await ask(server, "/nothing")).status, 404);
  const foreign = await fetch(`${server.url}/who`, { headers: { origin: "https://evil.example" } });
  await foreign.body?.cancel();
  assert.equal(foreign.status, 403);
});

Deno.test("openHttpServer lets configured pages read why they are not let in", async () => {
  const origin = "https://app.example";
  await using server = await open({ corsOrigins: [origin] });
  const response = await fetch(`${server.url}/who`, { headers: { origin } });
  await response.body?.cancel();
  assert.equal(response.status, 401);
  assert.equal(response.headers.get("access-control-allow-origin"), origin);
  assert.match(response.headers.get("access-control-expose-headers") ?? "", /WWW-Authenticate/);
});

Deno.test("openHttpServer answers 503, not 401, while it cannot tell", async () => {
  const authenticator: Authenticator = {
    authenticate: () => ({ ok: false, code: "unavailable", message: "Cannot tell now" }),
  };
  await using server = await open({ authenticator });
  const { status, headers, body } = await ask(server, "/who", ALICE);
  assert.deepEqual([status, body.error.code], [503, "auth_unavailable"]);
  assert.equal(headers.get("retry-after"), "5");
});

Deno.test("openHttpServer lets no client ask more often than configured, and says when again", async () => {
  const clock = new FakeClock();
  const rateLimit = { perSecond: 0.1, burst: 2 };
  await using server = await open({ authenticator: undefined, rateLimit, clock });
  const statuses = async (): Promise<
    number[]
  > => [(await ask(server, "/who")).status, (await ask(server, "/public")).status];
  assert.deepEqual(await statuses(), [200, 200]);
  const refused = await ask(server, "/who");
  assert.deepEqual([refused.status, refused.body.error.code], [429, "too_many_requests"]);
  assert.equal(refused.headers.get("retry-after"), "10");
  // What watches the machine must never be told to come back later.
  assert.equal((await ask(server, "/health")).status, 200);
  await clock.advance(10_000);
  assert.deepEqual(await statuses(), [200, 429]);
});

Deno.test("openHttpServer counts each principal by itself, not by where it asks from", async () => {
  await using server = await open({
    rateLimit: { perSecond: 1, burst: 1 },
    clock: new FakeClock(),
  });
  assert.equal((await ask(server, "/who", ALICE)).status, 200);
  assert.equal((await ask(server, "/who", ALICE)).status, 429);
  assert.equal((await ask(server, "/who", BOB)).status, 200);
});

Deno.test("openHttpServer stops whoever guesses tokens before it looks at the next one", async () => {
  let asked = 0;
  const authenticator: Authenticator = {
    authenticate(request) {
      asked++;
      return AUTHENTICATOR.authenticate(request);
    },
  };
  const clock = new FakeClock();
  const rateLimit = { perSecond: 1, burst: 3 };
  await using server = await open({ authenticator, rateLimit, clock });
  const statuses: number[] = [];
  for (let guess = 0; guess < 6; guess++) {
    statuses.push((await ask(server, "/who", `guess-number-${guess}`)).status);
  }
  assert.deepEqual(statuses, [401, 401, 401, 429, 429, 429]);
  assert.equal(asked, 3);
});
