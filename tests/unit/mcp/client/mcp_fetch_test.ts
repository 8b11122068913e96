import assert from "node:assert/strict";
import { createBearerCredentials, type HttpCredentials } from "../../../../src/mcp/client/mod.ts";
import { createMcpFetch } from "../../../../src/mcp/client/mcp_fetch.ts";

const URL = "http://127.0.0.1/mcp";

/** Answers with these, one after the other, and keeps what was asked. */
function scripted(...answers: readonly Response[]) {
  const asked: Headers[] = [];
  const left = [...answers];
  const request = ((_url: unknown, init?: RequestInit) => {
    asked.push(new Headers(init?.headers));
    const answer = left.shift();
    return answer === undefined
      ? Promise.reject(new Error("asked again"))
      : Promise.resolve(answer);
  }) as typeof fetch;
  return { asked, fetch: request };
}

function renewing(tokens: readonly string[]): HttpCredentials & { readonly refusals: number[] } {
  const left = [...tokens];
  const refusals: number[] = [];
  return {
    refusals,
    authorization: () => Promise.resolve(left[0]),
    answerRefusal({ response }) {
      refusals.push(response.status);
      left.shift();
      return Promise.resolve(left.length > 0);
    },
  };
}

const narrow = () =>
  new Response(null, {
    status: 403,
    headers: { "www-authenticate": 'Bearer error="insufficient_scope", scope="more"' },
  });

Deno.test("createMcpFetch presents a token with every request", async () => {
  const { asked, fetch } = scripted(new Response("1"), new Response("2"));
  const credentials = createBearerCredentials("secret");
  const request = createMcpFetch({ server: URL, credentials, fetch });
  await request(URL, { headers: { accept: "application/json" } });
  await request(URL);
  assert.deepEqual(asked.map((headers) => headers.get("authorization")), [
    "Bearer secret",
    "Bearer secret",
  ]);
  assert.equal(asked[0]?.get("accept"), "application/json");
});

Deno.test("createMcpFetch asks where the token comes from anew for every request", async () => {
  const { asked, fetch } = scripted(new Response("1"), new Response("2"));
  let count = 0;
  const credentials = createBearerCredentials(() => Promise.resolve(`token-${++count}`));
  const request = createMcpFetch({ server: URL, credentials, fetch });
  await request(URL);
  await request(URL);
  assert.equal(asked[1]?.get("authorization"), "Bearer token-2");
});

Deno.test("createMcpFetch answers a refusal for want of a token, and one for want of scope", async () => {
  const refused = new Response(null, { status: 401 });
  const { asked, fetch } = scripted(refused, narrow(), new Response("ok"));
  const credentials = renewing(["old", "new", "wider"]);
  const response = await createMcpFetch({ server: URL, credentials, fetch })(URL);
  assert.equal(await response.text(), "ok");
  assert.deepEqual(credentials.refusals, [401, 403]);
  assert.deepEqual(asked.map((headers) => headers.get("authorization")), ["old", "new", "wider"]);
});

Deno.test("createMcpFetch answers each kind of refusal once", async () => {
  const { asked, fetch } = scripted(narrow(), narrow());
  const credentials = renewing(["a", "b", "c"]);
  const response = await createMcpFetch({ server: URL, credentials, fetch })(URL);
  assert.equal(response.status, 403);
  assert.equal(asked.length, 2);
});

Deno.test("createMcpFetch passes a refusal on that nothing can be done about", async () => {
  const { asked, fetch } = scripted(new Response("no", { status: 401 }));
  const credentials = createBearerCredentials("bad");
  const response = await createMcpFetch({ server: URL, credentials, fetch })(URL);
  assert.equal(response.status, 401);
  assert.equal(asked.length, 1);
});

Deno.test("createMcpFetch leaves a 403 alone that is not about scope", async () => {
  const { fetch } = scripted(new Response("no", { status: 403 }));
  const credentials = renewing(["a", "b"]);
  const response = await createMcpFetch({ server: URL, credentials, fetch })(URL);
  assert.equal(response.status, 403);
  assert.deepEqual(credentials.refusals, []);
});

const WAITS: readonly (readonly [string | undefined, number | undefined])[] = [
  ["7", 7000],
  ["0", 0],
  ["86400", 60_000],
  ["soon", undefined],
  [undefined, undefined],
];

for (const [header, retryAfterMs] of WAITS) {
  Deno.test(`createMcpFetch reads Retry-After ${header} as ${retryAfterMs} ms`, async () => {
    const headers = new Headers(header === undefined ? {} : { "retry-after": header });
    const { fetch } = scripted(new Response(null, { status: 503, headers }));
    const request = createMcpFetch({ server: URL, fetch });
    await assert.rejects(request(URL), { code: "server_unavailable", retryAfterMs });
  });
}

const SESSION = { headers: { "mcp-session-id": "s" } };

Deno.test("createMcpFetch knows a lost session by status 404", async () => {
  const { fetch } = scripted(new Response("", { status: 404 }));
  await assert.rejects(createMcpFetch({ server: URL, fetch })(URL, SESSION), {
    code: "session_lost",
  });
});

for (const text of ["Session not found", "Bad Request: No valid session ID", "Invalid session"]) {
  Deno.test(`createMcpFetch knows a lost session by status 400 with "${text}"`, async () => {
    const { fetch } = scripted(new Response(text, { status: 400 }));
    await assert.rejects(createMcpFetch({ server: URL, fetch })(URL, SESSION), {
      code: "session_lost",
    });
  });
}

Deno.test("createMcpFetch passes on a status 400 that is about something else, unread", async () => {
  const { fetch } = scripted(new Response("bad JSON", { status: 400 }));
  const response = await createMcpFetch({ server: URL, fetch })(URL, SESSION);
  assert.equal(await response.text(), "bad JSON");
});

Deno.test("createMcpFetch passes on a status 404 where there is no session", async () => {
  const { fetch } = scripted(new Response("", { status: 404 }));
  assert.equal((await createMcpFetch({ server: URL, fetch })(URL)).status, 404);
});
