import assert from "node:assert/strict";
import {
  createAuthorizer,
  MEMBER_ROLES,
  parseAllowedPeer,
  type Refusal,
  type Role,
  ROLES,
  type TrustedPeer,
} from "../../../../src/network/mod.ts";

const ASKED: readonly (Role | "any")[] = [...ROLES, "any"];

function listed(entries: Readonly<Record<string, readonly Role[]>>) {
  return {
    get: (peerId: string): TrustedPeer | undefined => {
      const roles = entries[peerId];
      if (roles === undefined) return undefined;
      const isRevoked = roles.length === 0;
      return { peerId, roles, isRevoked, multiaddrs: [], addedMs: 0, source: "command" };
    },
  };
}

Deno.test("createAuthorizer admits nobody without a token and a list", () => {
  for (const options of [{}, { token: undefined }, { token: "" }, { allowPeers: [] }]) {
    const { authorize } = createAuthorizer(options);
    for (const token of [undefined, "", "guess", null]) {
      for (const role of ASKED) {
        assert.deepEqual(authorize({ peerId: "alice", token, role }), {
          ok: false,
          code: "unauthorized",
          message: 'Cannot serve peer as this node admits listed peers only: peer "alice"',
        });
      }
    }
  }
});

Deno.test("createAuthorizer admits the exact token and nothing like it", () => {
  const { authorize } = createAuthorizer({ token: "s3cret" });
  assert.deepEqual(authorize({ peerId: "alice", token: "s3cret", role: "submit" }), { ok: true });
  const wrong = ["s3cre", "s3cret ", "S3CRET", "", undefined, null, 7, true, ["s3cret"], {
    toString: () => "s3cret",
  }];
  for (const token of wrong) {
    const decision = authorize({ peerId: "alice", token, role: "any" });
    assert.equal(decision.ok, false);
    assert.ok(!decision.ok && decision.code === "unauthorized");
    assert.ok(!decision.ok && !decision.message.includes("s3cret"));
  }
});

Deno.test("createAuthorizer gives holders of the token every role but admin", () => {
  const { authorize } = createAuthorizer({ token: "s3cret" });
  const may = (role: Role | "any") => authorize({ peerId: "alice", token: "s3cret", role });
  for (const role of [...MEMBER_ROLES, "any"] as const) assert.equal(may(role).ok, true, role);
  assert.deepEqual(may("admin"), {
    ok: false,
    code: "forbidden",
    message: 'Cannot serve peer as it has not the role "admin": peer "alice"',
  });
});

Deno.test("createAuthorizer admits listed peers without a token, to do what their roles say", () => {
  const { authorize, rolesOf } = createAuthorizer({
    allowPeers: ["alice=submit+cache", "alice=work", "bob", "root=admin"].map(parseAllowedPeer),
  });
  const allowed = (peerId: string) =>
    ASKED.filter((role) => authorize({ peerId, role, token: "wrong" }).ok);
  assert.deepEqual(allowed("alice"), ["submit", "work", "cache", "any"]);
  assert.deepEqual(allowed("bob"), ["submit", "work", "tools", "cache", "any"]);
  assert.deepEqual(allowed("root"), ASKED);
  assert.deepEqual(allowed("eve"), []);
  assert.deepEqual(rolesOf("alice"), ["submit", "cache", "work"]);
  assert.deepEqual(rolesOf("eve"), []);
});

Deno.test("createAuthorizer adds up the roles that a peer has in several ways", () => {
  const { authorize } = createAuthorizer({
    token: "s3cret",
    allowPeers: [{ peerId: "alice", roles: ["submit"] }],
    trust: listed({ alice: ["cache"] }),
  });
  assert.equal(authorize({ peerId: "alice", role: "submit" }).ok, true);
  assert.equal(authorize({ peerId: "alice", role: "cache" }).ok, true);
  assert.equal(authorize({ peerId: "alice", role: "work" }).ok, false);
  assert.equal(authorize({ peerId: "alice", role: "work", token: "s3cret" }).ok, true);
});

Deno.test("createAuthorizer lets this node's owner do everything", () => {
  const { authorize, rolesOf } = createAuthorizer({ owners: ["me"] });
  for (const role of ASKED) assert.equal(authorize({ peerId: "me", role }).ok, true, role);
  assert.deepEqual(rolesOf("me"), ["admin"]);
});

Deno.test("createAuthorizer gives everybody every role but admin in an open swarm", () => {
  const { authorize } = createAuthorizer({ isOpen: true, trust: listed({ eve: [] }) });
  const allowed = (peerId: string) => ASKED.filter((role) => authorize({ peerId, role }).ok);
  assert.deepEqual(allowed("anybody"), ["submit", "work", "tools", "cache", "any"]);
  assert.deepEqual(allowed("eve"), []);
});

Deno.test("createAuthorizer gives a revoked peer nothing, whatever else would let it in", () => {
  const { authorize, rolesOf } = createAuthorizer({
    token: "s3cret",
    isOpen: true,
    owners: ["eve"],
    allowPeers: [{ peerId: "eve", roles: ["admin"] }],
    trust: listed({ eve: [] }),
  });
  assert.deepEqual(rolesOf("eve"), []);
  for (const role of ASKED) {
    assert.deepEqual(authorize({ peerId: "eve", role, token: "s3cret" }), {
      ok: false,
      code: "unauthorized",
      message: 'Cannot serve peer as it is trusted no more: peer "eve"',
    });
  }
});

Deno.test("createAuthorizer tells of each refusal, why, and what was wanted", () => {
  const refusals: Refusal[] = [];
  const { authorize } = createAuthorizer({
    token: "s3cret",
    trust: listed({ eve: [], bob: ["work"] }),
    onRefusal: (refusal) => refusals.push(refusal),
  });
  authorize({ peerId: "alice", role: "submit", token: "s3cret" });
  authorize({ peerId: "alice", role: "submit", token: "guess" });
  authorize({ peerId: "alice", role: "any", subject: "status" });
  authorize({ peerId: "bob", role: "submit", subject: "submit_many" });
  authorize({ peerId: "eve", role: "cache" });
  assert.deepEqual(refusals, [
    { peerId: "alice", reason: "bad_token", subject: "submit" },
    { peerId: "alice", reason: "unauthorized", subject: "status" },
    { peerId: "bob", reason: "forbidden", subject: "submit_many" },
    { peerId: "eve", reason: "revoked", subject: "cache" },
  ]);
});

Deno.test("parseAllowedPeer refuses what is no role", () => {
  assert.deepEqual(parseAllowedPeer("12D3Friend"), { peerId: "12D3Friend", roles: MEMBER_ROLES });
  for (const text of ["12D3Friend=", "12D3Friend=root", "12D3Friend=submit+", "a=submit=work"]) {
    assert.throws(() => parseAllowedPeer(text), RangeError, text);
  }
});
