import assert from "node:assert/strict";
import { parseTarget } from "../../../src/app/client_target.ts";

const COMMANDS: readonly (readonly [string, string, readonly string[]])[] = [
  ["stdio:server", "server", []],
  ["stdio: deno run  -A server.ts ", "deno", ["run", "-A", "server.ts"]],
  [`stdio:"C:\\Program Files\\x.exe" 'it is' one"two three"`, "C:\\Program Files\\x.exe", [
    "it is",
    "onetwo three",
  ]],
  [`stdio:x ""`, "x", [""]],
];

for (const [text, command, args] of COMMANDS) {
  Deno.test(`parseTarget makes a command of ${text}`, () => {
    assert.deepEqual(parseTarget(text), { kind: "program", program: { command, args } });
  });
}

Deno.test("parseTarget tells URLs and addresses apart", () => {
  const target = parseTarget("https://example.org/mcp?x=1");
  assert.equal(target.kind === "url" && target.url.href, "https://example.org/mcp?x=1");
  const multiaddr = "/ip4/127.0.0.1/tcp/1/p2p/x";
  assert.deepEqual(parseTarget(multiaddr), { kind: "peer", multiaddr });
});

for (const text of ["", "example.org", "ftp://example.org", "stdio:", "stdio:  ", "file:///x"]) {
  Deno.test(`parseTarget refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseTarget(text), { code: "invalid_url" });
  });
}
