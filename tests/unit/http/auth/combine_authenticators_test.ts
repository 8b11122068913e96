import assert from "node:assert/strict";
import type { AuthDecision, Authenticator } from "../../../../src/http/auth/authenticator.ts";
import { combineAuthenticators } from "../../../../src/http/auth/combine_authenticators.ts";

const REQUEST = new Request("http://localhost/");

function refusing(code: "no_credentials" | "invalid_token" | "unavailable"): Authenticator {
  return { authenticate: () => ({ ok: false, code, message: code }) };
}

function admitting(id: string): Authenticator {
  return { authenticate: () => Promise.resolve({ ok: true, principal: { id, scopes: [] } }) };
}

async function decide(...authenticators: Authenticator[]): Promise<string> {
  const decision: AuthDecision = await combineAuthenticators(authenticators).authenticate(REQUEST);
  return decision.ok ? decision.principal.id : decision.code;
}

Deno.test("combineAuthenticators lets in whom the first that knows them lets in", async () => {
  assert.equal(await decide(refusing("invalid_token"), admitting("a"), admitting("b")), "a");
  assert.equal(await decide(refusing("unavailable"), admitting("a")), "a");
});

Deno.test("combineAuthenticators refuses no good token while one of them could not tell", async () => {
  assert.equal(await decide(refusing("unavailable"), refusing("invalid_token")), "unavailable");
  assert.equal(await decide(refusing("invalid_token"), refusing("unavailable")), "unavailable");
  assert.equal(await decide(refusing("invalid_token"), refusing("invalid_token")), "invalid_token");
});

Deno.test("combineAuthenticators of nothing lets nobody in", async () => {
  assert.equal(await decide(), "no_credentials");
});
