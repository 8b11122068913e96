import assert from "node:assert/strict";
import { openLoopbackRedirect } from "../../../../../src/mcp/client/oauth/loopback_redirect.ts";

async function visit(url: string): Promise<Response> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response;
}

Deno.test("openLoopbackRedirect gives what a browser comes back with", async () => {
  await using redirect = openLoopbackRedirect(undefined);
  const { signal } = new AbortController();
  const page = await visit(`${redirect.url}?code=abc&iss=me&state=${redirect.state}`);
  assert.equal(page.status, 200);
  assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  const returned = await redirect.waitForReturn(signal);
  assert.deepEqual([returned.get("code"), returned.get("iss")], ["abc", "me"]);
});

Deno.test("openLoopbackRedirect turns away whoever has not the state", async () => {
  await using redirect = openLoopbackRedirect(undefined);
  assert.equal((await visit(`${redirect.url}?code=abc&state=other`)).status, 400);
  assert.equal((await visit(`${redirect.url}?code=abc`)).status, 400);
  assert.equal((await visit(new URL("/", redirect.url).href)).status, 404);
  const waiting = redirect.waitForReturn(AbortSignal.abort(new Error("enough")));
  await assert.rejects(waiting, /enough/);
});

Deno.test("openLoopbackRedirect takes the port that is wanted, or another if that is taken", async () => {
  await using first = openLoopbackRedirect(undefined);
  const port = Number(new URL(first.url).port);
  await using second = openLoopbackRedirect(port);
  assert.notEqual(second.url, first.url);
  await first[Symbol.asyncDispose]();
  await using third = openLoopbackRedirect(port);
  assert.equal(third.url, first.url);
  assert.notEqual(third.state, first.state);
});
