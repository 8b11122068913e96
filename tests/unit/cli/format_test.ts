import assert from "node:assert/strict";
import { formatAge } from "../../../src/cli/format_age.ts";
import { formatTable } from "../../../src/cli/format_table.ts";
import { numberOption } from "../../../src/cli/number_option.ts";
import { printFailure, printResult } from "../../../src/cli/terminal.ts";
import { toPrintable } from "../../../src/cli/to_printable.ts";
import { createFakeTerminal } from "./fake_terminal.ts";

Deno.test("formatTable aligns columns, and keeps each row on a line", () => {
  const table = formatTable(["A", "B"], [["longer", "x\ny"], ["s", "y".repeat(70)]]);
  assert.equal(table, ["A       B", "longer  x y", `s       ${"y".repeat(59)}…`].join("\n"));
});

Deno.test("toPrintable leaves nothing that could move the cursor", () => {
  assert.equal(toPrintable("a\u001b[2Jb\rc\u009bd\te\nf"), "a\ufffd[2Jb\ufffdc\ufffdd\te\nf");
});

Deno.test("formatAge takes the largest unit that fits", () => {
  const ages = [-5, 0, 59, 60, 3_599, 3_600, 86_399, 86_400, 1e6].map((seconds) =>
    formatAge(2e6 - seconds, 2e9)
  );
  assert.deepEqual(ages, ["0s", "0s", "59s", "1m", "59m", "1h", "23h", "1d", "11d"]);
});

Deno.test("numberOption takes numbers within its limits only", () => {
  const whole = numberOption({ min: 1, max: 10, isInteger: true });
  assert.deepEqual([whole("1"), whole("10")], [1, 10]);
  for (const value of ["0", "11", "1.5", "", " ", "x", "NaN", "Infinity"]) {
    assert.throws(() => whole(value), /Give a whole number from 1 to 10/);
  }
  assert.throws(() => numberOption({ min: 0 })("-1"), /Give a number from 0\./);
});

Deno.test("printResult and printFailure let no control of a stranger through to a terminal", () => {
  const terminal = createFakeTerminal({ isInteractive: true });
  printResult(terminal, { json: null, text: "a\u001b[2Jb\tc" }, {});
  assert.equal(terminal.out(), "a\ufffd[2Jb\tc\n");
  printFailure(terminal, { message: "x\u001b]0;y", code: "z", hint: "\u009b1m" });
  assert.equal(terminal.err(), "mcpp: x\ufffd]0;y [z]\nhint: \ufffd1m\n");
});
