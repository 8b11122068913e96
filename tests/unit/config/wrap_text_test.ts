import assert from "node:assert/strict";
import { wrapText } from "../../../src/config/wrap_text.ts";

Deno.test("wrapText breaks at spaces and indents below a bullet", () => {
  assert.deepEqual(wrapText("one two three", { width: 7, bullet: "- " }), [
    "- one",
    "  two",
    "  three",
  ]);
  assert.deepEqual(wrapText("one two", { width: 7 }), ["one two"]);
});

Deno.test("wrapText leaves a word that is too long in one piece", () => {
  assert.deepEqual(wrapText("a bbbbbbbb c", { width: 4 }), ["a", "bbbbbbbb", "c"]);
});
