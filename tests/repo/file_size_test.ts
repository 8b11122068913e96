import assert from "node:assert/strict";
import { listSourceFiles, readSource } from "./source_tree.ts";

const MAX_CODE_LINES = 400;
/** Files that may be longer, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

Deno.test("no source file has more than 400 lines of code", async () => {
  const large: string[] = [];
  for (const path of await listSourceFiles("src")) {
    const lines = countCodeLines(await readSource(path));
    if (lines > MAX_CODE_LINES && EXCEPTIONS[path] === undefined) large.push(`${path}: ${lines}`);
  }
  assert.deepEqual(large, []);
});

function countCodeLines(source: string): number {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "");
  return code.split("\n").filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length;
}
