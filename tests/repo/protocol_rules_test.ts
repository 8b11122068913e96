import assert from "node:assert/strict";
import { listSourceFiles, readSource } from "./source_tree.ts";

/** Rules such as `2.4.` at the beginning of a paragraph. */
const RULE = /^(\d+\.\d+)\./gm;
/** Citations such as `// docs/protocol.md, 2.4, 2.6`. */
const CITATION = /^ *\/\/ docs\/protocol\.md, (\d+\.\d+(?:, \d+\.\d+)*)$/gm;

async function readRules(): Promise<readonly string[]> {
  const text = await readSource("docs/protocol.md");
  return [...text.matchAll(RULE)].map(([, rule = ""]) => rule);
}

async function readCitations(): Promise<ReadonlySet<string>> {
  const cited = new Set<string>();
  for (const path of await listSourceFiles("tests")) {
    for (const [, rules = ""] of (await readSource(path)).matchAll(CITATION)) {
      for (const rule of rules.split(", ")) cited.add(rule);
    }
  }
  return cited;
}

Deno.test("every rule of the protocol has a test that holds it", async () => {
  const cited = await readCitations();
  assert.deepEqual((await readRules()).filter((rule) => !cited.has(rule)), []);
});

Deno.test("tests cite rules of the protocol that exist, each once", async () => {
  const rules = await readRules();
  assert.equal(new Set(rules).size, rules.length);
  assert.deepEqual([...await readCitations()].filter((rule) => !rules.includes(rule)), []);
});
