import assert from "node:assert/strict";
import type { JsonValue } from "../../../../../src/codec/mod.ts";
import { toPosted } from "../../../../../src/mcp/server/http/to_posted.ts";

const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";
const list = { jsonrpc: "2.0", id: 1, method: "tools/list" } as const;
const initialize = { jsonrpc: "2.0", id: 1, method: "initialize", params: {} } as const;
const notification = { jsonrpc: "2.0", method: "notifications/initialized" } as const;
const response = { jsonrpc: "2.0", id: 1, result: {} } as const;
const modern = { ...list, params: { _meta: { [VERSION_KEY]: "2026-07-28" } } } as const;

function post(value: JsonValue, version?: string): ReturnType<typeof toPosted> {
  const headers = new Headers(version === undefined ? {} : { "mcp-protocol-version": version });
  return toPosted(value, headers);
}

Deno.test("toPosted tells the eras apart", () => {
  const cases = [
    [list, undefined, "legacy"],
    [list, "2025-06-18", "legacy"],
    [list, "2026-07-28", "modern"],
    [modern, undefined, "modern"],
    [modern, "2025-11-25", "modern"],
    [{ ...list, method: "server/discover" }, undefined, "modern"],
    [initialize, undefined, "legacy"],
    [initialize, "2099-01-01", "legacy"],
    [{ ...modern, method: "initialize" }, "2026-07-28", "modern"],
    [notification, undefined, "legacy"],
    [notification, "2026-07-28", "modern"],
    [response, "2025-11-25", "legacy"],
    [[list, notification], "2025-03-26", "legacy"],
  ] as const;
  for (const [value, version, era] of cases) {
    assert.equal(post(value, version).era, era, JSON.stringify([value, version]));
  }
});

Deno.test("toPosted keeps what was posted, and whether it was a batch", () => {
  assert.deepEqual(post(list), { era: "legacy", messages: [list], isBatch: false });
  assert.deepEqual(post([list]), { era: "legacy", messages: [list], isBatch: true });
  assert.deepEqual(post(modern), { era: "modern", message: modern });
});

Deno.test("toPosted refuses what is no message, under the id that it has", async () => {
  const cases: readonly (readonly [JsonValue, string | undefined, number, unknown])[] = [
    ["text", undefined, -32600, null],
    [{}, undefined, -32600, null],
    [{ ...list, jsonrpc: "1.0" }, undefined, -32600, 1],
    [{ ...list, id: "a", params: [] }, undefined, -32600, "a"],
    [{ ...list, id: null }, undefined, -32600, null],
    [[], undefined, -32600, null],
    [Array.from({ length: 101 }, () => list), undefined, -32600, null],
    [[list, 1], undefined, -32600, null],
    [[list, modern], undefined, -32600, null],
    [[list], "2026-07-28", -32600, null],
    [[initialize], undefined, -32600, null],
    [response, "2026-07-28", -32600, null],
    [list, "2099-01-01", -32022, 1],
    [[list], "2099-01-01", -32022, null],
  ];
  for (const [value, version, code, id] of cases) {
    const posted = post(value, version);
    assert.ok(posted.era === "none", JSON.stringify(value));
    assert.equal(posted.refusal.status, 400);
    const refusal = await posted.refusal.json();
    assert.deepEqual([refusal.error.code, refusal.id], [code, id], JSON.stringify(value));
  }
});

Deno.test("toPosted says which revisions are served", async () => {
  const posted = post(list, "2099-01-01");
  assert.ok(posted.era === "none");
  const { error } = await posted.refusal.json();
  assert.deepEqual(error.data, {
    supported: ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"],
    requested: "2099-01-01",
  });
});
