import assert from "node:assert/strict";
import { bindTool, createToolTable, requireTool, UnknownToolError } from "../../../src/mcp/mod.ts";
import { createSampleTable, echoTool } from "./sample_tools.ts";

function named(name: string) {
  return bindTool({ ...echoTool, name }, undefined);
}

Deno.test("createToolTable sorts by name, whatever the order of the tools", () => {
  const names = ["b", "a_2", "B", "a.1"];
  const forward = createToolTable(names.map(named));
  const backward = createToolTable(names.toReversed().map(named));
  assert.deepEqual(forward.names, ["B", "a.1", "a_2", "b"]);
  assert.deepEqual(forward.definitions.map(({ name }) => name), forward.names);
  assert.deepEqual(forward.definitions, backward.definitions);
});

Deno.test("createToolTable is immutable", () => {
  const table = createToolTable([named("a")]);
  assert.throws(() => (table.definitions as unknown[]).push({}), TypeError);
  assert.ok(Object.isFrozen(table) && Object.isFrozen(table.definitions[0]));
});

Deno.test("createToolTable refuses names that clients choke on, and duplicates", () => {
  for (const name of ["", "a b", "ä", "x".repeat(65), "a\n"]) {
    assert.throws(() => createToolTable([named(name)]), TypeError, JSON.stringify(name));
  }
  createToolTable([named("x".repeat(64)), named("a/b.c-D_1")]);
  assert.throws(() => createToolTable([named("a"), named("a")]), /used twice: tool "a"/);
});

Deno.test("requireTool suggests the names that were meant", () => {
  const table = createToolTable(
    ["p2p_taskqueue_submit", "p2p_taskqueue_status", "echo", "server_info"].map(named),
  );
  assert.equal(requireTool(table, "echo").definition.name, "echo");
  const suggestionsFor = (name: string): readonly string[] => {
    try {
      requireTool(table, name);
    } catch (error) {
      assert.ok(error instanceof UnknownToolError);
      return error.suggestions;
    }
    throw new Error("found");
  };
  assert.deepEqual(suggestionsFor("Ecko"), ["echo"]);
  assert.deepEqual(suggestionsFor("submit"), ["p2p_taskqueue_submit"]);
  assert.deepEqual(suggestionsFor("p2p_taskqueue_statu")[0], "p2p_taskqueue_status");
  assert.deepEqual(suggestionsFor("make_coffee"), []);
});

Deno.test("requireTool does not find what every object has", () => {
  for (const name of ["constructor", "__proto__", "toString"]) {
    assert.throws(() => requireTool(createSampleTable(), name), UnknownToolError);
  }
});
