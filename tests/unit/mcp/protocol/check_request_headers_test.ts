import assert from "node:assert/strict";
import { z } from "zod";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { bindTool } from "../../../../src/mcp/bind_tool.ts";
import { checkRequestHeaders } from "../../../../src/mcp/protocol/check_request_headers.ts";
import { MetaKey } from "../../../../src/mcp/protocol/meta_key.ts";
import { createToolTable } from "../../../../src/mcp/tool_table.ts";

const routeTool = bindTool({
  name: "route",
  title: "Route",
  description: "Has arguments that gateways route by.",
  input: z.object({
    region: z.string().meta({ "x-mcp-header": "Region" }),
    shard: z.number().optional().meta({ "x-mcp-header": "Shard" }),
    inner: z.object({ flag: z.boolean().meta({ "x-mcp-header": "Flag" }) }).optional(),
    other: z.string().optional(),
  }),
  output: z.object({}),
  run: () => ({}),
}, undefined);

const TOOLS = createToolTable([routeTool]);

/** The code that a request is refused with, if it is. */
function check(method: string, headers: Record<string, string>, params: JsonObject = {}) {
  const meta = { [MetaKey.protocolVersion]: "2026-07-28" };
  const all = new Headers({ "mcp-protocol-version": "2026-07-28", "mcp-method": method });
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  const answer = checkRequestHeaders(
    all,
    { jsonrpc: "2.0", id: 9, method, params: { _meta: meta, ...params } },
    TOOLS,
  );
  if (answer === undefined) return undefined;
  assert.equal(answer.httpStatus, 400);
  assert.equal(answer.message.id, 9);
  assert.ok("error" in answer.message);
  return answer.message.error.code;
}

function checkCall(headers: Record<string, string>, args?: JsonObject) {
  const params = { name: "route", ...(args && { arguments: args }) };
  return check("tools/call", { "mcp-name": "route", ...headers }, params);
}

Deno.test("checkRequestHeaders lets pass what agrees, whatever the case of the names", () => {
  assert.equal(check("tools/list", {}), undefined);
  assert.equal(check("tools/list", { "MCP-METHOD": "tools/list" }), undefined);
});

Deno.test("checkRequestHeaders refuses another method, also in another case, or none", () => {
  assert.equal(check("tools/list", { "mcp-method": "prompts/list" }), -32020);
  assert.equal(check("tools/list", { "mcp-method": "TOOLS/LIST" }), -32020);
  const request = { jsonrpc: "2.0", id: 9, method: "tools/list" } as const;
  const answer = checkRequestHeaders(new Headers(), request, TOOLS);
  assert.equal(answer?.httpStatus, 400);
});

Deno.test("checkRequestHeaders refuses another revision or none", () => {
  assert.equal(check("tools/list", { "mcp-protocol-version": "2025-11-25" }), -32020);
  const request = {
    jsonrpc: "2.0",
    id: 9,
    method: "tools/list",
    params: { _meta: { [MetaKey.protocolVersion]: "2026-07-28" } },
  } as const;
  const headers = new Headers({ "mcp-method": "tools/list" });
  assert.equal(checkRequestHeaders(headers, request, TOOLS)?.httpStatus, 400);
});

Deno.test("checkRequestHeaders leaves a missing or malformed revision to whoever answers", () => {
  for (
    const params of [undefined, {}, { _meta: {} }, { _meta: { [MetaKey.protocolVersion]: 1 } }]
  ) {
    const headers = new Headers({
      "mcp-method": "server/discover",
      "mcp-protocol-version": "2026-07-28",
    });
    const request = { jsonrpc: "2.0", id: 1, method: "server/discover", params } as const;
    assert.equal(checkRequestHeaders(headers, request, TOOLS), undefined);
  }
});

Deno.test("checkRequestHeaders compares the name of what is used, trimmed and decoded", () => {
  assert.equal(check("tools/call", { "mcp-name": "  none  " }, { name: "none" }), undefined);
  assert.equal(check("tools/call", { "mcp-name": "other" }, { name: "none" }), -32020);
  assert.equal(check("tools/call", {}, { name: "none" }), -32020);
  assert.equal(check("prompts/get", {}, { name: "none" }), -32020);
  const uri = "test://ä";
  const encoded = `=?base64?${new TextEncoder().encode(uri).toBase64()}?=`;
  assert.equal(check("resources/read", { "mcp-name": encoded }, { uri }), undefined);
  assert.equal(check("resources/read", { "mcp-name": "=?base64?%?=" }, { uri }), -32020);
});

Deno.test("checkRequestHeaders leaves a request without a name to whoever answers", () => {
  assert.equal(check("tools/call", {}), undefined);
  assert.equal(check("tools/call", {}, { name: 5 }), undefined);
  assert.equal(check("completion/complete", {}, { name: "none" }), undefined);
});

Deno.test("checkRequestHeaders wants the arguments that a tool marks, as they are", () => {
  const region = { "mcp-param-region": "eu" };
  assert.equal(checkCall(region, { region: "eu" }), undefined);
  assert.equal(checkCall({}, { region: "eu" }), -32020);
  assert.equal(checkCall({ "mcp-param-region": "us" }, { region: "eu" }), -32020);
  assert.equal(checkCall({ "mcp-param-region": "=?base64?ZXU=?=" }, { region: "eu" }), undefined);
  assert.equal(checkCall({ "mcp-param-region": "=?base64?ZXU?=" }, { region: "eu" }), -32020);
  assert.equal(checkCall(region, { region: "eu", other: "no header" }), undefined);
});

Deno.test("checkRequestHeaders compares numbers as numbers, and looks into objects", () => {
  const args = { region: "eu", shard: 42, inner: { flag: true } };
  const headers = { "mcp-param-region": "eu", "mcp-param-flag": "true" };
  assert.equal(checkCall({ ...headers, "mcp-param-shard": "42" }, args), undefined);
  assert.equal(checkCall({ ...headers, "mcp-param-shard": "42.0" }, args), undefined);
  assert.equal(checkCall({ ...headers, "mcp-param-shard": "0x2a" }, args), -32020);
  assert.equal(checkCall({ ...headers, "mcp-param-shard": "43" }, args), -32020);
  const noFlag = { "mcp-param-region": "eu", "mcp-param-shard": "42" };
  assert.equal(checkCall(noFlag, args), -32020);
});

Deno.test("checkRequestHeaders expects no header for what is absent, null or of a wrong type", () => {
  assert.equal(checkCall({}), undefined);
  assert.equal(checkCall({}, { region: null }), undefined);
  assert.equal(checkCall({}, { region: ["eu"], inner: 5 }), undefined);
});
