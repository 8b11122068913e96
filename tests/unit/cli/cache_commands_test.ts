import assert from "node:assert/strict";
import type { SharedCache } from "../../../src/cache/mod.ts";
import { EXIT } from "../../../src/cli/mod.ts";
import type { JsonValue } from "../../../src/codec/mod.ts";
import { bindTool } from "../../../src/mcp/mod.ts";
import { cacheDelete, cacheGet, cacheHas, cacheSet } from "../../../src/tools/mod.ts";
import { parseOut, type RunCommand, withToolServer } from "./tool_server.ts";

interface Kept {
  readonly value: JsonValue;
  readonly ttlMs: number | undefined;
  readonly replicate: boolean | undefined;
}

async function withCache(
  use: (run: RunCommand, kept: Map<string, Kept>) => Promise<void>,
): Promise<void> {
  const kept = new Map<string, Kept>();
  const cache: SharedCache = {
    peerId: "peer",
    get(key) {
      const found = kept.get(key);
      const { value = null } = found ?? {};
      return Promise.resolve(
        found === undefined
          ? { hit: false }
          : { hit: true, value, expiresAtMs: null, sha256: "ab" },
      );
    },
    has: (key) => Promise.resolve(kept.has(key)),
    set(key, value, { ttlMs, replicate } = {}) {
      kept.set(key, { value, ttlMs, replicate });
      return Promise.resolve();
    },
    delete: (key) => Promise.resolve(kept.delete(key)),
  };
  const deps = { caches: { cacheOf: () => cache } };
  const tools = [
    bindTool(cacheGet, deps),
    bindTool(cacheSet, deps),
    bindTool(cacheHas, deps),
    bindTool(cacheDelete, deps),
  ];
  await withToolServer(tools, (run) => use(run, kept));
}

Deno.test("mcpp cache set keeps JSON or text, from wherever it comes", async () => {
  await withCache(async (run, kept) => {
    const set = await run(["cache", "set", "k", '{"n":1}', "--ttl", "1.5", "--no-replicate"]);
    assert.equal(set.code, EXIT.ok);
    assert.deepEqual(parseOut(set), { ok: true, key: "k", "peer_id": "peer" });
    assert.deepEqual(kept.get("k"), { value: { n: 1 }, ttlMs: 1_500, replicate: false });
    await run(["cache", "set", "piped", "-"], { stdin: "null" });
    assert.deepEqual(kept.get("piped"), { value: null, ttlMs: undefined, replicate: true });
    await run(["cache", "set", "text", "--text", "{not json"]);
    assert.equal(kept.get("text")?.value, "{not json");
    const bad = await run(["cache", "set", "bad", "{not json"]);
    assert.equal(bad.code, EXIT.usage);
    assert.match(bad.err, /Cannot read value as .*\n?.*hint: .*--text/s);
    assert.equal(kept.has("bad"), false);
  });
});

Deno.test("mcpp cache get prints the value for a person and all about it for a program", async () => {
  await withCache(async (run, kept) => {
    kept.set("k", { value: { n: 1 }, ttlMs: undefined, replicate: true });
    kept.set("null", { value: null, ttlMs: undefined, replicate: true });
    const person = await run(["cache", "get", "k"], { isInteractive: true });
    assert.deepEqual([person.code, person.out], [EXIT.ok, '{\n  "n": 1\n}\n']);
    const program = parseOut(await run(["cache", "get", "k"]));
    assert.deepEqual([program["hit"], program["value"]], [true, { n: 1 }]);
    const empty = await run(["cache", "get", "null"], { isInteractive: true });
    assert.deepEqual([empty.code, empty.out], [EXIT.ok, "null\n"]);
  });
});

Deno.test("mcpp cache get and has fail if there is no value", async () => {
  await withCache(async (run, kept) => {
    for (const name of ["get", "has"]) {
      const program = await run(["cache", name, "none"]);
      assert.equal(program.code, EXIT.failed);
      assert.equal(parseOut(program)["hit"], false);
      const person = await run(["cache", name, "none"], { isInteractive: true });
      assert.equal(person.out, "");
      assert.match(person.err, /key "none" \[not_cached\]/);
    }
    kept.set("k", { value: 1, ttlMs: undefined, replicate: true });
    const has = await run(["cache", "has", "k"], { isInteractive: true });
    assert.deepEqual([has.code, has.out], [EXIT.ok, 'There is a value under "k"\n']);
  });
});

Deno.test("mcpp cache delete forgets a value, and does not mind if there is none", async () => {
  await withCache(async (run, kept) => {
    kept.set("k", { value: 1, ttlMs: undefined, replicate: true });
    const first = await run(["cache", "delete", "k"]);
    const second = await run(["cache", "delete", "k"]);
    assert.deepEqual([first.code, second.code], [EXIT.ok, EXIT.ok]);
    assert.deepEqual([parseOut(first)["deleted"], parseOut(second)["deleted"]], [true, false]);
  });
});

Deno.test("mcpp cache and each of its commands have help with examples", async () => {
  await withCache(async (run) => {
    const { out } = await run(["cache", "--help"]);
    for (const name of ["get", "set", "has", "delete"]) {
      assert.match(out, new RegExp(`^  ${name} `, "m"));
      const help = await run(["cache", name, "--help"]);
      assert.match(help.out, new RegExp(`Examples:\n {2}mcpp cache ${name}`));
    }
  });
});
