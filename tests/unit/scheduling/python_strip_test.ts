import assert from "node:assert/strict";
import { pythonStrip } from "../../../src/scheduling/mod.ts";
import { isPythonSpace } from "../../../src/scheduling/python_strip.ts";
import { recorded } from "./recorded.ts";

Deno.test("pythonStrip answers as CPython did", () => {
  for (const [text, stripped] of recorded<[string, string]>("strip")) {
    assert.equal(pythonStrip(text), stripped, JSON.stringify(text));
  }
});

Deno.test("isPythonSpace knows exactly the white space of CPython", () => {
  const [[spaces] = [""]] = recorded<[string]>("white_space");
  const units = Array.from({ length: 0x10000 }, (_, unit) => unit);
  assert.equal(
    units.filter(isPythonSpace).map((unit) => String.fromCharCode(unit)).join(""),
    spaces,
  );
});

Deno.test("pythonStrip keeps white space inside", () => {
  assert.equal(pythonStrip("\u3000a \u2003 b\u0085"), "a \u2003 b");
});

Deno.test("pythonStrip takes linear time", () => {
  const spaces = " ".repeat(1_000_000);
  assert.equal(pythonStrip(`${spaces}a${spaces}b${spaces}`).length, 1_000_002);
});
