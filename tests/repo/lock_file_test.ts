import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { readSource } from "./source_tree.ts";

Deno.test("the lock file has the packages of deno.json and no others, as whoever starts gets them all", async () => {
  const { specifiers } = JSON.parse(await readSource("deno.lock"));
  assert.deepEqual(Object.keys(specifiers).sort(), Object.values(manifest.imports).sort());
});
