import assert from "node:assert/strict";
import { bindPrompt } from "../../../src/mcp/bind_prompt.ts";
import { createPromptTable } from "../../../src/mcp/prompt_table.ts";

function promptNamed(name: string) {
  return bindPrompt({ name, title: name, description: name, arguments: [], get: () => [] }, null);
}

Deno.test("createPromptTable sorts by name and finds by name", () => {
  const table = createPromptTable([promptNamed("b"), promptNamed("a"), promptNamed("B")]);
  assert.deepEqual(table.definitions.map(({ name }) => name), ["B", "a", "b"]);
  assert.equal(table.get("a")?.definition.name, "a");
  assert.equal(table.get("c"), undefined);
});

Deno.test("createPromptTable refuses a name that is used twice", () => {
  assert.throws(() => createPromptTable([promptNamed("a"), promptNamed("a")]), {
    name: "TypeError",
    message: 'Cannot create prompt table as a name is used twice: prompt "a"',
  });
});
