import assert from "node:assert/strict";
import { TokenFileError } from "../../../../src/http/errors.ts";
import { parseTokenFile } from "../../../../src/http/auth/parse_token_file.ts";
import { sha256Hex } from "../../../../src/codec/mod.ts";

const SECRET = "b3f0c1d2e4a5968778695a4b";
const HASH = sha256Hex("another-secret-token");

function problemsOf(text: string): readonly string[] {
  try {
    parseTokenFile(text);
  } catch (error) {
    assert.ok(error instanceof TokenFileError);
    assert.equal(error.code, "token_file_invalid");
    return error.problems;
  }
  return [];
}

Deno.test("parseTokenFile reads a name, a token and scopes from each line", () => {
  const text = [
    "# Who may call",
    "",
    `alice ${SECRET} *`,
    `  ci\t sha256:${HASH.toUpperCase()}   tasks:*,cache:read  `,
  ].join("\r\n");
  assert.deepEqual(parseTokenFile(text), [
    { name: "alice", sha256: sha256Hex(SECRET), scopes: ["*"] },
    { name: "ci", sha256: HASH, scopes: ["tasks:*", "cache:read"] },
  ]);
});

Deno.test("parseTokenFile names every line that is malformed, and what is wrong with it", () => {
  const text = [
    "alice",
    `alice ${SECRET}`,
    `alice ${SECRET} * extra`,
    `al/ice ${SECRET} *`,
    "alice short *",
    "alice sha256:1234 *",
    `alice ${SECRET} tasks:write,everything`,
    `alice ${SECRET} tasks:`,
    `alice ${SECRET} *`,
    "alice 0123456789abcdef0123 *",
    `bob sha256:${sha256Hex(SECRET)} *`,
  ].join("\n");
  const problems = problemsOf(text);
  assert.deepEqual(
    problems.map((problem) => problem.split(":")[0]),
    [1, 2, 3, 4, 5, 6, 7, 8, 10, 11].map((line) => `line ${line}`),
  );
  const expected = [
    /form `name token/,
    /form `name token/,
    /form `name token/,
    /the name is not/,
    /the token is not/,
    /the token is not/,
    /scope 2 is not/,
    /scope 1 is not/,
    /name is used twice/,
    /token is used twice/,
  ];
  for (const [index, pattern] of expected.entries()) assert.match(problems[index] ?? "", pattern);
});

Deno.test("parseTokenFile never quotes what may be a token", () => {
  const text = [`${SECRET} alice *`, `alice ${SECRET} ${SECRET}`, `alice x ${SECRET}!`].join("\n");
  const problems = problemsOf(text);
  assert.equal(problems.length, 3);
  assert.ok(!problems.join().includes(SECRET));
});

Deno.test("parseTokenFile refuses a file without a token, which would let nobody in", () => {
  assert.deepEqual(problemsOf("# nothing\n\n"), ["there is no token in it"]);
});
