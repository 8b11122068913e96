import assert from "node:assert/strict";
import { isModernRequest } from "../../../../src/mcp/protocol/is_modern_request.ts";
import type { JsonRpcMessage } from "../../../../src/mcp/protocol/message.ts";
import { MetaKey } from "../../../../src/mcp/protocol/meta_key.ts";

const META = { [MetaKey.protocolVersion]: "2026-07-28" };

function request(method: string, meta?: Record<string, string | number>): JsonRpcMessage {
  return { jsonrpc: "2.0", id: 1, method, ...(meta && { params: { _meta: meta } }) };
}

Deno.test("isModernRequest goes by what the message says of itself", () => {
  assert.equal(isModernRequest(request("tools/list", META)), true);
  assert.equal(isModernRequest(request("tools/list")), false);
  assert.equal(isModernRequest(request("tools/list", { progressToken: 1 })), false);
  assert.equal(isModernRequest({ jsonrpc: "2.0", method: "x", params: { _meta: META } }), true);
});

Deno.test("isModernRequest leaves a badly named revision to the modern era, to be refused", () => {
  assert.equal(isModernRequest(request("tools/list", { [MetaKey.protocolVersion]: 5 })), true);
  assert.equal(isModernRequest(request("ping", { [MetaKey.protocolVersion]: "v999" })), true);
});

Deno.test("isModernRequest knows the era of server/discover by its name", () => {
  assert.equal(isModernRequest(request("server/discover")), true);
});

Deno.test("isModernRequest leaves initialize to the legacy era unless it is a mistake", () => {
  assert.equal(isModernRequest(request("initialize"), "2026-07-28"), false);
  assert.equal(isModernRequest(request("initialize", { [MetaKey.protocolVersion]: "x" })), false);
  assert.equal(isModernRequest(request("initialize", META)), true);
});

Deno.test("isModernRequest goes by the header where the message says nothing", () => {
  assert.equal(isModernRequest(request("tools/list"), "2026-07-28"), true);
  assert.equal(isModernRequest(request("tools/list"), "2025-11-25"), false);
  assert.equal(isModernRequest(request("tools/list"), null), false);
});

Deno.test("isModernRequest finds answers in the legacy era only", () => {
  assert.equal(isModernRequest({ jsonrpc: "2.0", id: 1, result: {} }, "2026-07-28"), false);
});
