import assert from "node:assert/strict";
import { findJwksUrl } from "../../../../src/http/auth/find_jwks_url.ts";

const KEYS = "https://login.example/keys";

function find(issuer: string, pages: Record<string, unknown>): Promise<string> {
  return findJwksUrl(issuer, {
    fetch: (url) =>
      Promise.resolve(
        url in pages ? Response.json(pages[url]) : new Response("{}", { status: 404 }),
      ),
  });
}

Deno.test("findJwksUrl asks at all places where issuers have their metadata", async () => {
  const places: readonly (readonly [string, string])[] = [
    ["https://login.example", "https://login.example/.well-known/oauth-authorization-server"],
    ["https://login.example/", "https://login.example/.well-known/openid-configuration"],
    ["https://login.example/t", "https://login.example/.well-known/oauth-authorization-server/t"],
    ["https://login.example/t", "https://login.example/.well-known/openid-configuration/t"],
    ["https://login.example/t", "https://login.example/t/.well-known/openid-configuration"],
  ];
  for (const [issuer, place] of places) {
    assert.equal(await find(issuer, { [place]: { issuer, jwks_uri: KEYS } }), KEYS, place);
  }
});

Deno.test("findJwksUrl goes on where metadata are about others, incomplete or not safe", async () => {
  const issuer = "https://login.example";
  const place = `${issuer}/.well-known/oauth-authorization-server`;
  const bad = [
    { issuer: "https://other.example", jwks_uri: KEYS },
    { issuer },
    { issuer, jwks_uri: "http://login.example/keys" },
    null,
    "text",
  ];
  for (const metadata of bad) {
    await assert.rejects(find(issuer, { [place]: metadata }), /Cannot find keys: issuer/);
    const fallback = `${issuer}/.well-known/openid-configuration`;
    const pages = { [place]: metadata, [fallback]: { issuer, jwks_uri: KEYS } };
    assert.equal(await find(issuer, pages), KEYS);
  }
});
