import assert from "node:assert/strict";
import { sha256Hex } from "../../../../src/codec/mod.ts";
import {
  type AccessToken,
  createTokenAuthenticator,
} from "../../../../src/http/auth/token_authenticator.ts";

const TOKENS: readonly AccessToken[] = [
  { name: "alice", token: "alice-has-a-long-token", scopes: ["*"] },
  { name: "bob", sha256: sha256Hex("bob-has-another-token").toUpperCase(), scopes: ["tasks:read"] },
];

async function decide(authorization?: string, tokens = TOKENS): Promise<unknown> {
  const headers = authorization === undefined ? {} : { authorization };
  const request = new Request("http://localhost/?access_token=alice-has-a-long-token", { headers });
  const decision = await createTokenAuthenticator(tokens).authenticate(request);
  return decision.ok ? decision.principal : decision.code;
}

Deno.test("createTokenAuthenticator knows the holders of tokens and of hashed tokens", async () => {
  assert.deepEqual(await decide("Bearer alice-has-a-long-token"), { id: "alice", scopes: ["*"] });
  assert.deepEqual(await decide("bearer  bob-has-another-token"), {
    id: "bob",
    scopes: ["tasks:read"],
  });
});

Deno.test("createTokenAuthenticator refuses every other token", async () => {
  for (
    const token of [
      "alice-has-a-long-toke",
      "alice-has-a-long-token1",
      "ALICE-HAS-A-LONG-TOKEN",
      sha256Hex("bob-has-another-token"),
      "x",
    ]
  ) assert.equal(await decide(`Bearer ${token}`), "invalid_token", token);
});

Deno.test("createTokenAuthenticator tells no credentials from wrong ones", async () => {
  for (
    const header of [undefined, "", "Bearer", "Bearer ", "Basic YWxpY2U6eA==", "Bearer a b", "x y"]
  ) assert.equal(await decide(header), "no_credentials", header ?? "");
});

Deno.test("createTokenAuthenticator refuses to be made without tokens, or with a broken hash", () => {
  assert.throws(() => createTokenAuthenticator([]), TypeError);
  const broken = [{ name: "carol", sha256: "123", scopes: [] }];
  assert.throws(() => createTokenAuthenticator(broken), /not 64 hexadecimal digits: token "carol"/);
});
