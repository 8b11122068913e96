import assert from "node:assert/strict";
import { createConnectionPolicy, openTrustList } from "../../../../src/network/mod.ts";
import { withDirectory } from "../with_directory.ts";

Deno.test("createConnectionPolicy lets in all but revoked peers, and keeps those it knows", async () => {
  await withDirectory(async (directory) => {
    await using trust = await openTrustList({ path: `${directory}/trust.json` });
    const policy = createConnectionPolicy({
      trust,
      allowPeers: [{ peerId: "listed", roles: ["submit"] }],
      owners: ["me"],
    });
    await trust.trust({ peerId: "friend", roles: ["work"] });
    for (const peerId of ["friend", "listed", "me"]) {
      assert.equal(policy.refusalOf(peerId), undefined);
      assert.equal(policy.isTrusted(peerId), true);
    }
    assert.equal(policy.refusalOf("stranger"), undefined);
    assert.equal(policy.isTrusted("stranger"), false);
    for (const peerId of ["friend", "listed", "me", "stranger"]) {
      await trust.revoke(peerId);
      assert.equal(policy.refusalOf(peerId), "revoked");
      assert.equal(policy.isTrusted(peerId), false);
    }
  });
});
