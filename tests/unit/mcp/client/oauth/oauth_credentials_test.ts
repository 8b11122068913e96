import assert from "node:assert/strict";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import {
  createMemoryTokenStore,
  createOAuthCredentials,
  type OAuthOptions,
  type TokenStore,
} from "../../../../../src/mcp/client/mod.ts";
import { createMcpFetch } from "../../../../../src/mcp/client/mcp_fetch.ts";
import {
  clickThrough,
  type MockAuthorization,
  openMockAuthorization,
} from "./mock_authorization.ts";

const grant = { type: "authorization_code", openBrowser: clickThrough } as const;

/** Asks for the resource, and gives what it says; the status if it refuses. */
function createAsker(
  { url }: MockAuthorization,
  options: Partial<OAuthOptions> = {},
): (init?: RequestInit) => Promise<{ token: string; scope: string } | number> {
  const credentials = createOAuthCredentials({ url, grant, ...options });
  const request = createMcpFetch({ server: url, credentials });
  return async (init) => {
    const response = await request(url, init);
    if (response.ok) return await response.json();
    await response.body?.cancel();
    return response.status;
  };
}

Deno.test("createOAuthCredentials finds the authorisation server, registers, and logs in with PKCE", async () => {
  await using server = openMockAuthorization();
  const ask = createAsker(server);
  assert.deepEqual(await ask(), { token: "token-1", scope: "read" });
  assert.deepEqual(server.seen, [
    "/.well-known/oauth-protected-resource/mcp",
    "/.well-known/oauth-authorization-server",
    "/register",
    "/authorize",
    "/token",
    "authorization_code",
  ]);
  const [login] = server.logins;
  assert.equal(login?.get("code_challenge_method"), "S256");
  assert.equal(login?.get("resource"), server.url);
  assert.equal(login?.get("scope"), "read");
  assert.match(login?.get("redirect_uri") ?? "", /^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  assert.equal(server.registrations[0]?.["client_name"], "mcpp");
});

Deno.test("createOAuthCredentials keeps the token for the next request", async () => {
  await using server = openMockAuthorization();
  const ask = createAsker(server);
  await ask();
  assert.deepEqual(await ask(), { token: "token-1", scope: "read" });
  assert.equal(server.logins.length, 1);
});

Deno.test("createOAuthCredentials logs in once for requests that are refused together", async () => {
  await using server = openMockAuthorization();
  const ask = createAsker(server);
  const answers = await Promise.all([ask(), ask(), ask()]);
  assert.deepEqual(answers, Array(3).fill({ token: "token-1", scope: "read" }));
  assert.equal(server.logins.length, 1);
});

Deno.test("createOAuthCredentials fails requests together when the one login fails", async () => {
  await using server = openMockAuthorization({
    authorize: (query) =>
      new URLSearchParams({ error: "access_denied", state: query.get("state") ?? "" }),
  });
  const ask = createAsker(server);
  const failure = { code: "login_failed", reason: "refused", message: /access_denied/ };
  await Promise.all([1, 2].map(() => assert.rejects(ask(), failure)));
  assert.equal(server.logins.length, 1);
});

Deno.test("createOAuthCredentials logs in again with the refresh token when a token is refused", async () => {
  await using server = openMockAuthorization();
  const ask = createAsker(server);
  await ask();
  server.revoke();
  assert.deepEqual(await ask(), { token: "token-2", scope: "read" });
  assert.equal(server.logins.length, 1);
  assert.equal(server.forms[1]?.get("grant_type"), "refresh_token");
  assert.equal(server.forms[1]?.get("refresh_token"), "refresh-1");
});

Deno.test("createOAuthCredentials renews a token before its end, once for all", async () => {
  await using server = openMockAuthorization({ expiresIn: 100 });
  const clock = new FakeClock();
  const ask = createAsker(server, { clock });
  await ask();
  await clock.advance(69_000);
  assert.deepEqual(await ask(), { token: "token-1", scope: "read" });
  await clock.advance(2_000);
  const answers = await Promise.all([ask(), ask()]);
  assert.deepEqual(answers, Array(2).fill({ token: "token-2", scope: "read" }));
  assert.equal(server.forms.length, 2);
});

Deno.test("createOAuthCredentials logs in anew when the refresh token is not good any more", async () => {
  let isRefused = true;
  await using server = openMockAuthorization({
    token(form) {
      if (form.get("grant_type") !== "refresh_token" || !isRefused) return undefined;
      isRefused = false;
      return Response.json({ error: "invalid_grant" }, { status: 400 });
    },
  });
  const ask = createAsker(server);
  await ask();
  server.revoke();
  assert.deepEqual(await ask(), { token: "token-2", scope: "read" });
  assert.equal(server.logins.length, 2);
});

Deno.test("createOAuthCredentials asks for more scope, and keeps what it had", async () => {
  let needed = "read";
  await using server = openMockAuthorization({ requiredScope: () => needed });
  const ask = createAsker(server);
  await ask();
  needed = "write";
  assert.deepEqual(await ask(), { token: "token-2", scope: "read write" });
  assert.equal(server.logins[1]?.get("scope"), "read write");
});

Deno.test("createOAuthCredentials does not log in for a scope that its token has already", async () => {
  await using server = openMockAuthorization();
  const credentials = createOAuthCredentials({ url: server.url, grant });
  await createMcpFetch({ server: server.url, credentials })(server.url).then((r) => r.text());
  const headers = { "www-authenticate": 'Bearer error="insufficient_scope", scope="read"' };
  const response = new Response(null, { status: 403, headers });
  const sent = await credentials.authorization({});
  assert.equal(await credentials.answerRefusal({ response, sent }, {}), false);
  assert.equal(server.logins.length, 1);
});

Deno.test("createOAuthCredentials uses what another process has got", async () => {
  await using server = openMockAuthorization();
  const store = createMemoryTokenStore();
  const [one, other] = [createAsker(server, { store }), createAsker(server, { store })];
  await one();
  assert.deepEqual(await other(), { token: "token-1", scope: "read" });
  server.revoke();
  await one();
  assert.deepEqual(await other(), { token: "token-2", scope: "read" });
  assert.equal(server.forms.length, 2);
});

Deno.test("createOAuthCredentials registers again for another redirect URI", async () => {
  await using server = openMockAuthorization({ hasRefreshTokens: false });
  const store = createMemoryTokenStore();
  await createAsker(server, { store })();
  server.revoke();
  const uri = server.logins[0]?.get("redirect_uri") ?? "";
  // Somebody has taken the port at which this client is known.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: Number(new URL(uri).port) });
  await createAsker(server, { store })();
  listener.close();
  assert.equal(server.registrations.length, 2);
  assert.notEqual(server.logins[1]?.get("redirect_uri"), uri);
});

Deno.test("createOAuthCredentials comes back to the port at which it is registered", async () => {
  await using server = openMockAuthorization({ hasRefreshTokens: false });
  const store = createMemoryTokenStore();
  await createAsker(server, { store })();
  server.revoke();
  await createAsker(server, { store })();
  assert.equal(server.registrations.length, 1);
  const [first, second] = server.logins.map((login) => login.get("redirect_uri"));
  assert.equal(first, second);
});

Deno.test("createOAuthCredentials takes no code that comes with another state", async () => {
  const clock = new FakeClock();
  const page = Promise.withResolvers<URL>();
  await using server = openMockAuthorization({
    authorize: () => new URLSearchParams({ code: "code-1", state: "forged" }),
  });
  const openBrowser = async (url: URL): Promise<void> => {
    await clickThrough(url);
    page.resolve(url);
  };
  const ask = createAsker(server, { clock, grant: { ...grant, openBrowser, timeoutMs: 1000 } });
  const asking = assert.rejects(ask(), { code: "login_failed", reason: "timeout" });
  await page.promise;
  await new Promise((resolve) => setTimeout(resolve, 0));
  await clock.advance(1000);
  await asking;
  assert.ok(!server.seen.includes("authorization_code"));
});

Deno.test("createOAuthCredentials stops to wait for a person when the caller gives up", async () => {
  await using server = openMockAuthorization();
  const shown = Promise.withResolvers<void>();
  const ask = createAsker(server, { grant: { ...grant, openBrowser: () => shown.resolve() } });
  const controller = new AbortController();
  const reason = new Error("enough");
  const asking = assert.rejects(
    ask({ signal: controller.signal }),
    (error) => error === reason,
  );
  await shown.promise;
  controller.abort(reason);
  await asking;
});

Deno.test("createOAuthCredentials says why an authorisation server cannot be used", async () => {
  await using server = openMockAuthorization({
    token: () => Response.json({ error: "server_error" }, { status: 500 }),
  });
  await assert.rejects(createAsker(server)(), { code: "login_failed", reason: "failed" });
});

Deno.test("createOAuthCredentials logs a program in with its secret", async () => {
  await using server = openMockAuthorization({ expiresIn: 100, hasRefreshTokens: false });
  const clock = new FakeClock();
  const program = { type: "client_credentials", clientId: "robot", secret: "s3cret" } as const;
  const ask = createAsker(server, { grant: program, clock });
  assert.deepEqual(await ask(), { token: "token-1", scope: "read" });
  assert.deepEqual(server.registrations, []);
  assert.equal(server.forms[0]?.get("grant_type"), "client_credentials");
  assert.equal(server.forms[0]?.get("resource"), server.url);
  // Without a refresh token it asks again in time all the same.
  await clock.advance(80_000);
  assert.deepEqual(await ask(), { token: "token-2", scope: "read" });
});

Deno.test("createOAuthCredentials gives a program's secret to the expected issuer only", async () => {
  await using server = openMockAuthorization();
  const program = {
    type: "client_credentials",
    clientId: "robot",
    secret: "s3cret",
    issuer: "https://elsewhere.example",
  } as const;
  await assert.rejects(createAsker(server, { grant: program })(), { code: "login_failed" });
  assert.deepEqual(server.forms, []);
});

Deno.test("createOAuthCredentials uses a client that is registered beforehand", async () => {
  await using server = openMockAuthorization();
  const known = { ...grant, clientId: "known", clientSecret: "s3cret" };
  assert.deepEqual(await createAsker(server, { grant: known })(), {
    token: "token-1",
    scope: "read",
  });
  assert.deepEqual(server.registrations, []);
  assert.equal(server.logins[0]?.get("client_id"), "known");
});

Deno.test("createOAuthCredentials opens no page that is not of the web", async () => {
  await using server = openMockAuthorization();
  const opened: URL[] = [];
  const request: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (!String(input).endsWith("/oauth-authorization-server")) return response;
    const metadata = await response.json();
    return Response.json({ ...metadata, "authorization_endpoint": "file:///etc/passwd" });
  };
  const openBrowser = (url: URL): void => void opened.push(url);
  const ask = createAsker(server, { grant: { ...grant, openBrowser }, fetch: request });
  await assert.rejects(ask(), { code: "login_failed" });
  assert.deepEqual(opened, []);
});

Deno.test("createOAuthCredentials says so when a token cannot be kept", async () => {
  await using server = openMockAuthorization();
  const failing: TokenStore = {
    load: () => Promise.resolve(undefined),
    save: () => Promise.reject(new Error("disk full")),
  };
  await assert.rejects(createAsker(server, { store: failing })(), {
    code: "login_failed",
    message: /disk full/,
  });
});
