import type { Terminal } from "../../../src/cli/mod.ts";

/** A terminal that keeps what is written. */
export interface FakeTerminal extends Terminal {
  out(): string;
  err(): string;
}

/** Make a terminal for a test. */
export function createFakeTerminal(
  options: { readonly isInteractive?: boolean; readonly stdin?: string } = {},
): FakeTerminal {
  const { isInteractive = false, stdin = "" } = options;
  let out = "";
  let err = "";
  return {
    isInteractive,
    hasColor: false,
    writeOut: (text) => {
      out += text;
    },
    writeErr: (text) => {
      err += text;
    },
    readIn: () => Promise.resolve(stdin),
    out: () => out,
    err: () => err,
  };
}
