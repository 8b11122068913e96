import assert from "node:assert/strict";
import { findParamHeaders } from "../../../../src/mcp/protocol/param_header.ts";

Deno.test("findParamHeaders finds marked arguments at any depth of properties", () => {
  const schema = {
    type: "object",
    properties: {
      a: { type: "string", "x-mcp-header": "A" },
      b: { type: "object", properties: { c: { type: "integer", "x-mcp-header": "C" } } },
      plain: { type: "string" },
    },
  };
  assert.deepEqual(findParamHeaders(schema), [
    { header: "Mcp-Param-A", path: ["a"] },
    { header: "Mcp-Param-C", path: ["b", "c"] },
  ]);
});

Deno.test("findParamHeaders passes over marks that are no header, and what is no property", () => {
  const marked = { type: "string", "x-mcp-header": "A" };
  const schema = {
    "x-mcp-header": "Root",
    properties: {
      list: { type: "array", items: marked },
      spaced: { type: "string", "x-mcp-header": "a b" },
      empty: { type: "string", "x-mcp-header": "" },
      number: { type: "string", "x-mcp-header": 1 },
      never: false,
    },
    anyOf: [marked],
  };
  assert.deepEqual(findParamHeaders(schema), []);
  assert.deepEqual(findParamHeaders({ properties: "none" }), []);
  assert.deepEqual(findParamHeaders({}), []);
});
