import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { SessionGate } from "../../../../src/mcp/server/session_gate.ts";
import { createAuthorizer } from "../../../../src/network/mod.ts";

const TOKEN = "sesame";

function createGate(peerId = "stranger") {
  const released: unknown[] = [];
  const declined: JsonObject[] = [];
  const gate = new SessionGate({
    peerId,
    authorizer: createAuthorizer({
      token: TOKEN,
      allowPeers: [
        { peerId: "friend", roles: ["tools"] },
        { peerId: "worker", roles: ["work"] },
      ],
    }),
    release: (id) => released.push(id),
    decline: (message) => declined.push(message),
  });
  return { gate, released, declined };
}

function request(id: unknown, method: string, token?: unknown): JsonObject {
  const meta = { other: 1, ...(token !== undefined && { "io.mcpp/token": token }) };
  return { jsonrpc: "2.0", id, method, params: { "_meta": meta } } as JsonObject;
}

const ANSWER = { jsonrpc: "2.0", id: "q", result: {} };
const NEWS = { jsonrpc: "2.0", method: "notifications/initialized" };

Deno.test("SessionGate delivers what a peer may ask, without the token", () => {
  const { gate } = createGate();
  assert.deepEqual(gate.admit(request(1, "tools/list", TOKEN)), {
    deliver: request(1, "tools/list"),
  });
  const friend = createGate("friend");
  assert.deepEqual(friend.gate.admit(request(1, "ping")), { deliver: request(1, "ping") });
});

Deno.test("SessionGate answers a request that is not authorised, however late it comes", () => {
  const { gate } = createGate();
  gate.admit(request(1, "tools/list", TOKEN));
  for (const token of [undefined, "guess", 5, { $: TOKEN }]) {
    const decision = gate.admit(request(2, "tools/call", token)) as { answer: JsonObject };
    const error = decision.answer["error"] as JsonObject;
    assert.deepEqual([decision.answer["id"], error["code"]], [2, -32001]);
  }
});

Deno.test("SessionGate takes answers and notifications only after an authorised request", () => {
  const { gate } = createGate();
  for (const message of [ANSWER, NEWS]) assert.ok("drop" in gate.admit(message));
  gate.admit(request(1, "tools/list", "guess"));
  for (const message of [ANSWER, NEWS]) assert.ok("drop" in gate.admit(message));
  gate.admit(request(1, "tools/list", TOKEN));
  for (const message of [ANSWER, NEWS]) {
    assert.deepEqual(gate.admit(message), { deliver: message });
  }
});

Deno.test("SessionGate leaves a beginning without a token to other uses of the stream", () => {
  const { gate, declined } = createGate();
  assert.ok("drop" in gate.admit(request(1, "initialize")));
  assert.deepEqual(declined, [request(1, "initialize")]);
  assert.ok("answer" in gate.admit(request(2, "initialize", "guess")));
  assert.equal(declined.length, 1);
});

Deno.test("SessionGate frees the place of a subscription, which has no answer while it lasts", () => {
  const { gate, released } = createGate();
  gate.admit(request("a", "subscriptions/listen", "guess"));
  assert.deepEqual(released, []);
  gate.admit(request("b", "subscriptions/listen", TOKEN));
  assert.deepEqual(released, ["b"]);
});

Deno.test("SessionGate tells a peer that has other roles which one it needs", () => {
  const { gate } = createGate("worker");
  const { answer } = gate.admit(request(1, "tools/list")) as { answer: JsonObject };
  const error = answer["error"] as JsonObject;
  assert.deepEqual([error["code"], error["data"]], [-32001, { code: "forbidden" }]);
  assert.match(String(error["message"]), /role "tools"/);
});

Deno.test("SessionGate shows tasks only to a peer that may look at tasks", () => {
  const methods = [
    ...["resources/list", "resources/read", "resources/templates/list", "resources/subscribe"],
    ...["prompts/get", "completion/complete"],
  ];
  const { gate } = createGate("friend");
  for (const method of methods) {
    const { answer } = gate.admit(request(1, method)) as { answer: JsonObject };
    const { data, message } = answer["error"] as JsonObject;
    assert.deepEqual(data, { code: "forbidden" }, method);
    assert.match(String(message), /role "submit"/);
    assert.deepEqual(gate.admit(request(1, method, TOKEN)), { deliver: request(1, method) });
  }
  assert.ok("deliver" in gate.admit(request(1, "tools/call")));
});
