import assert from "node:assert/strict";
import { listSourceFiles, readSource } from "./source_tree.ts";

/** Folders without clock, randomness or I/O. */
const PURE = ["src/codec", "src/scheduling", "src/task"];
const IMPURE =
  /\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bMath\.random\b|\bcrypto\.(getRandomValues|randomUUID)|\brandomBytes\b|\bsetTimeout\b|\bsetInterval\b|\bDeno\.|\bfetch\(/;

const sources = await listSourceFiles("src");

/** The code of a file without comments and texts, so that prose may name what code may not. */
async function readCode(path: string): Promise<string> {
  return (await readSource(path))
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|[^:])\/\/.*$/gm, "$1")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
}

async function findMatches(pattern: RegExp, paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) if (pattern.test(await readCode(path))) found.push(path);
  return found;
}

Deno.test("pure folders have no clock, no randomness and no I/O", async () => {
  const pure = sources.filter((path) => PURE.some((folder) => path.startsWith(`${folder}/`)));
  assert.ok(pure.length > 0);
  assert.deepEqual(await findMatches(IMPURE, pure), []);
});

Deno.test("only config reads the environment", async () => {
  const others = sources.filter((path) => !path.startsWith("src/config/"));
  assert.deepEqual(await findMatches(/\bDeno\.env\b|\bprocess\.env\b/, others), []);
});

Deno.test("only the command line ends the process or writes to standard output", async () => {
  const others = sources.filter((path) => !path.startsWith("src/cli/"));
  assert.deepEqual(await findMatches(/\bDeno\.exit\b|\bDeno\.stdout\b/, others), []);
});

Deno.test("no source escapes the type checker or swallows an error", async () => {
  const escape =
    /\bas any\b|: any\b|@ts-ignore|@ts-expect-error|@ts-nocheck|catch *(\([^)]*\))? *\{\s*\}/;
  assert.deepEqual(await findMatches(escape, sources), []);
  const wrong: string[] = [];
  for (const path of sources) {
    if (/@ts-(ignore|expect-error|nocheck)|\bTODO\b|\bFIXME\b/.test(await readSource(path))) {
      wrong.push(path);
    }
  }
  assert.deepEqual(wrong, []);
});
