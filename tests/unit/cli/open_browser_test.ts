import assert from "node:assert/strict";
import { openBrowser } from "../../../src/cli/open_browser.ts";
import { createFakeTerminal } from "./fake_terminal.ts";

Deno.test("openBrowser shows the page as text, and nothing on standard output", async () => {
  const terminal = createFakeTerminal({});
  await openBrowser(new URL("https://login.example/authorize?x=1"), terminal);
  assert.match(terminal.err(), /^https:\/\/login\.example\/authorize\?x=1$/m);
  assert.equal(terminal.out(), "");
});
