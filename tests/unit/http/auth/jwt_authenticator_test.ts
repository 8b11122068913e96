import assert from "node:assert/strict";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import {
  createJwtAuthenticator,
  type JwtAuthenticatorOptions,
} from "../../../../src/http/auth/jwt_authenticator.ts";
import type { Logger } from "../../../../src/telemetry/mod.ts";

const ISSUER = "https://login.example/tenant";
const AUDIENCE = "https://node.example/mcp";
const NOW_MS = 1_800_000_000_000;

const NO_LOGGER: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => NO_LOGGER,
};

const KEYS = { a: await generateKeyPair("ES256"), b: await generateKeyPair("ES256") };
type KeyName = keyof typeof KEYS;

async function toJwk(name: KeyName): Promise<unknown> {
  return { ...await exportJWK(KEYS[name].publicKey), kid: name, alg: "ES256", use: "sig" };
}

/** An authorization server without a network. */
class FakeIssuer {
  readonly asked: string[] = [];
  keys: readonly KeyName[] = ["a"];
  isDown = false;
  issuer = ISSUER;

  readonly fetch = async (url: string): Promise<Response> => {
    this.asked.push(url);
    if (this.isDown) throw new TypeError("connection refused");
    if (url === "https://login.example/.well-known/oauth-authorization-server/tenant") {
      return Response.json({ issuer: this.issuer, jwks_uri: "https://login.example/keys" });
    }
    if (url !== "https://login.example/keys") return new Response("no", { status: 404 });
    return Response.json({ keys: await Promise.all(this.keys.map(toJwk)) });
  };
}

interface Claims {
  readonly key?: KeyName;
  readonly kid?: string;
  readonly issuer?: string;
  readonly audience?: string | string[];
  readonly expiresInS?: number | undefined;
  readonly notBeforeS?: number;
  readonly subject?: string | undefined;
  readonly claims?: Record<string, unknown>;
}

function sign(options: Claims = {}): Promise<string> {
  const { key = "a", kid = key, issuer = ISSUER, audience = AUDIENCE, claims = {} } = options;
  const nowS = NOW_MS / 1000;
  const expiresInS = "expiresInS" in options ? options.expiresInS : 60;
  const subject = "subject" in options ? options.subject : "alice";
  const token = new SignJWT({ scope: "tasks:read cache:*", ...claims })
    .setProtectedHeader({ alg: "ES256", kid })
    .setIssuer(issuer).setAudience(audience).setIssuedAt(nowS);
  if (expiresInS !== undefined) token.setExpirationTime(nowS + expiresInS);
  if (options.notBeforeS !== undefined) token.setNotBefore(nowS + options.notBeforeS);
  if (subject !== undefined) token.setSubject(subject);
  return token.sign(KEYS[key].privateKey);
}

function setUp(options: Partial<JwtAuthenticatorOptions> = {}): {
  readonly server: FakeIssuer;
  readonly clock: FakeClock;
  readonly decide: (token: string) => Promise<unknown>;
} {
  const server = new FakeIssuer();
  const clock = new FakeClock(NOW_MS);
  const authenticator = createJwtAuthenticator({
    issuer: ISSUER,
    audience: AUDIENCE,
    logger: NO_LOGGER,
    fetch: server.fetch,
    clock,
    ...options,
  });
  const decide = async (token: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}` };
    const decision = await authenticator.authenticate(new Request(AUDIENCE, { headers }));
    return decision.ok ? decision.principal : decision.code;
  };
  return { server, clock, decide };
}

Deno.test("createJwtAuthenticator knows the subject and the scopes of a good token", async () => {
  const { decide, server } = setUp();
  const alice = { id: "alice", scopes: ["tasks:read", "cache:*"] };
  assert.deepEqual(await decide(await sign()), alice);
  assert.deepEqual(await decide(await sign({ audience: ["other", AUDIENCE] })), alice);
  // Found once.
  assert.deepEqual(server.asked, [
    "https://login.example/.well-known/oauth-authorization-server/tenant",
    "https://login.example/keys",
  ]);
});

Deno.test("createJwtAuthenticator reads scopes as authorization servers write them", async () => {
  const { decide } = setUp();
  const scopesOf = async (claims: Record<string, unknown>): Promise<unknown> =>
    Object(await decide(await sign({ claims: { scope: undefined, ...claims } }))).scopes;
  assert.deepEqual(await scopesOf({ scp: ["tasks:read", 7, "*"] }), ["tasks:read", "*"]);
  assert.deepEqual(await scopesOf({ scp: "tasks:read  x" }), ["tasks:read", "x"]);
  assert.deepEqual(await scopesOf({}), []);
  assert.deepEqual(await scopesOf({ scope: { "*": true } }), []);
});

Deno.test("createJwtAuthenticator names programs by their client id", async () => {
  const { decide } = setUp();
  const program = await sign({ subject: undefined, claims: { client_id: "ci" } });
  assert.equal(Object(await decide(program)).id, "ci");
  assert.equal(await decide(await sign({ subject: undefined })), "invalid_token");
});

Deno.test("createJwtAuthenticator refuses tokens of others, for others, and out of time", async () => {
  const { decide } = setUp();
  const bad: Record<string, Claims> = {
    "another issuer": { issuer: "https://login.example" },
    "another audience": { audience: "https://other.example/mcp" },
    "expired": { expiresInS: -31 },
    "without an end": { expiresInS: undefined },
    "not valid yet": { notBeforeS: 31 },
    "signed by another key": { key: "b", kid: "a" },
    "of an unknown key": { key: "b" },
  };
  for (const [what, claims] of Object.entries(bad)) {
    assert.equal(await decide(await sign(claims)), "invalid_token", what);
  }
  // Clocks are never quite the same.
  assert.equal(Object(await decide(await sign({ expiresInS: -29 }))).id, "alice");
});

Deno.test("createJwtAuthenticator refuses tokens that nobody has signed with a pair of keys", async () => {
  const { decide } = setUp();
  const [header, payload, signature] = (await sign()).split(".");
  const encode = (value: unknown): string => btoa(JSON.stringify(value)).replaceAll("=", "");
  const secret = new TextEncoder().encode(JSON.stringify(await toJwk("a")));
  const symmetric = await new SignJWT({ sub: "alice" })
    .setProtectedHeader({ alg: "HS256", kid: "a" })
    .setIssuer(ISSUER).setAudience(AUDIENCE).setExpirationTime(NOW_MS / 1000 + 60).sign(secret);
  for (
    const token of [
      symmetric,
      `${encode({ alg: "none" })}.${payload}.`,
      `${encode({ alg: "none" })}.${payload}.${signature}`,
      `${header}.${encode({ sub: "root" })}.${signature}`,
      `${header}.${payload}.`,
      "a.b.c",
    ]
  ) {
    const decided = await decide(token);
    assert.ok(decided === "invalid_token" || decided === "no_credentials", token);
  }
});

Deno.test("createJwtAuthenticator asks nobody about what is no JWT", async () => {
  const { decide, server } = setUp();
  assert.equal(await decide("just-a-token"), "invalid_token");
  assert.deepEqual(server.asked, []);
});

Deno.test("createJwtAuthenticator asks for keys that it does not know, but not each time", async () => {
  const jwksUrl = "https://login.example/keys";
  for (const [retryAfterMs, times] of [[0, 2], [60_000, 1]] as const) {
    const { decide, server } = setUp({ jwksUrl, retryAfterMs });
    assert.equal(Object(await decide(await sign())).id, "alice");
    server.keys = ["a", "b"];
    const decided = await decide(await sign({ key: "b" }));
    assert.equal(
      times === 2 ? Object(decided).id : decided,
      times === 2 ? "alice" : "invalid_token",
    );
    assert.deepEqual(server.asked, Array(times).fill(jwksUrl));
  }
});

Deno.test("createJwtAuthenticator calls no token bad while it has no keys, and asks seldom", async () => {
  const { decide, server, clock } = setUp();
  server.isDown = true;
  const token = await sign();
  assert.equal(await decide(token), "unavailable");
  const asked = server.asked.length;
  assert.equal(await decide(token), "unavailable");
  assert.equal(server.asked.length, asked, "not asked again at once");
  server.isDown = false;
  await clock.advance(5_000);
  assert.equal(Object(await decide(token)).id, "alice");
});

Deno.test("createJwtAuthenticator does not take one issuer's word for another", async () => {
  const { decide, server } = setUp();
  server.issuer = "https://evil.example";
  assert.equal(await decide(await sign()), "unavailable");
  assert.ok(!server.asked.includes("https://login.example/keys"));
});

Deno.test("createJwtAuthenticator insists on https, save on this machine", () => {
  for (const url of ["http://login.example", "ftp://login.example", "login.example", ""]) {
    assert.throws(() => setUp({ issuer: url }), TypeError, url);
    assert.throws(() => setUp({ jwksUrl: url }), TypeError, url);
  }
  setUp({ issuer: "http://127.0.0.1:9000", jwksUrl: "http://localhost:9000/keys" });
});
