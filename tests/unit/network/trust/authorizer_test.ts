import assert from "node:assert/strict";
import { createAuthorizer } from "../../../../src/network/mod.ts";

Deno.test("createAuthorizer admits nobody without a token and a list", () => {
  for (const options of [{}, { token: undefined }, { token: "" }, { allowPeers: [] }]) {
    const { authorize } = createAuthorizer(options);
    for (const token of [undefined, "", "guess", null]) {
      assert.deepEqual(authorize({ peerId: "alice", token }), {
        ok: false,
        code: "unauthorized",
        message: 'Cannot serve peer as this node admits listed peers only: peer "alice"',
      });
    }
  }
});

Deno.test("createAuthorizer admits the exact token and nothing like it", () => {
  const { authorize } = createAuthorizer({ token: "s3cret" });
  assert.deepEqual(authorize({ peerId: "alice", token: "s3cret" }), { ok: true });
  const wrong = ["s3cre", "s3cret ", "S3CRET", "", undefined, null, 7, true, ["s3cret"], {
    toString: () => "s3cret",
  }];
  for (const token of wrong) {
    const decision = authorize({ peerId: "alice", token });
    assert.equal(decision.ok, false);
    assert.ok(!decision.ok && !decision.message.includes("s3cret"));
  }
});

Deno.test("createAuthorizer admits listed peers without a token", () => {
  const { authorize } = createAuthorizer({ token: "s3cret", allowPeers: ["alice"] });
  assert.equal(authorize({ peerId: "alice" }).ok, true);
  assert.equal(authorize({ peerId: "alice", token: "wrong" }).ok, true);
  assert.equal(authorize({ peerId: "bob" }).ok, false);
  assert.equal(authorize({ peerId: "bob", token: "s3cret" }).ok, true);
});
