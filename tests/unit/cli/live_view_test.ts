import assert from "node:assert/strict";
import { LiveView } from "../../../src/cli/live_view.ts";
import type { TerminalSize } from "../../../src/cli/mod.ts";
import { createFakeTerminal } from "./fake_terminal.ts";

/** What a terminal shows after all that was written; it knows the sequences that the view uses. */
class Screen {
  readonly #lines: string[] = [""];
  #row = 0;

  /** The lines, without empty ones at the end. */
  get lines(): readonly string[] {
    return this.#lines.join("\n").trimEnd().split("\n");
  }

  write(text: string): void {
    // deno-lint-ignore no-control-regex
    for (const [part, sequence] of text.matchAll(/\u001b\[([?0-9]*[A-Za-z])|\n|[^\u001b\n]+/g)) {
      if (sequence !== undefined) this.#obey(sequence);
      else if (part === "\n") this.#lines[++this.#row] ??= "";
      else this.#lines[this.#row] = part;
    }
  }

  #obey(sequence: string): void {
    if (/^\d+F$/.test(sequence)) this.#row -= Number.parseInt(sequence);
    if (sequence === "J") this.#lines.splice(this.#row);
    if (sequence === "2J") this.#lines.fill("");
    if (sequence === "H") this.#row = 0;
    assert.ok(this.#row >= 0, "above the screen");
    this.#lines[this.#row] ??= "";
  }
}

function openView(size: { now: TerminalSize | undefined }) {
  const terminal = createFakeTerminal({ isInteractive: true });
  let read = 0;
  const screen = new Screen();
  const view = new LiveView({
    ...terminal,
    get outSize() {
      return size.now;
    },
  });
  return {
    show(text: string): readonly string[] {
      view.show(text);
      screen.write(terminal.out().slice(read));
      read = terminal.out().length;
      return screen.lines;
    },
  };
}

Deno.test("LiveView shows each text in the place of the one before", () => {
  const view = openView({ now: { columns: 40, rows: 10 } });
  assert.deepEqual(view.show("one\ntwo\nthree"), ["one", "two", "three"]);
  assert.deepEqual(view.show("1\n2"), ["1", "2"]);
  assert.deepEqual(view.show("a\nb\nc\nd"), ["a", "b", "c", "d"]);
});

Deno.test("LiveView shows as much as there is room for", () => {
  const view = openView({ now: { columns: 5, rows: 4 } });
  assert.deepEqual(view.show("a long line\n2\n3\n4\n5"), ["a lon", "2", "… 3 more lines"]);
  assert.deepEqual(view.show("1\n2\n3"), ["1", "2", "3"]);
});

Deno.test("LiveView begins anew when the terminal gets another size", () => {
  const size = { now: { columns: 40, rows: 10 } };
  const view = openView(size);
  view.show("one\ntwo");
  size.now = { columns: 20, rows: 10 };
  assert.deepEqual(view.show("1\n2"), ["1", "2"]);
});

Deno.test("LiveView assumes a usual size where none is known, and lets no text control the terminal", () => {
  const view = openView({ now: undefined });
  assert.deepEqual(view.show(`${"x".repeat(100)}\n\u009b2J`), ["x".repeat(80), "\ufffd2J"]);
});
