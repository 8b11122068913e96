import assert from "node:assert/strict";
import { toClientTarget } from "../../../src/cli/client_options.ts";
import { runCli } from "../../../src/cli/mod.ts";
import { createConfig } from "../../../src/config/mod.ts";
import { openMockServer } from "../mcp/client/mock_server.ts";
import { createFakeTerminal } from "./fake_terminal.ts";

const config = createConfig({ server: { port: 8123 } });

const TARGETS = [
  [{}, "http://127.0.0.1:8123/mcp"],
  [{ url: "http://x/mcp" }, "http://x/mcp"],
  [{ peer: "/ip4/1.2.3.4" }, "/ip4/1.2.3.4"],
  [{ stdio: "deno run x.ts" }, "stdio:deno run x.ts"],
  [{ server: ["a", "b"], servers: "list.json" }, { server: ["a", "b"], file: "list.json" }],
] as const;

for (const [options, target] of TARGETS) {
  Deno.test(`toClientTarget makes a target of ${JSON.stringify(options)}`, () => {
    assert.deepEqual(toClientTarget(options, config), target);
  });
}

Deno.test("a client command takes one target only", async () => {
  for (const more of [["--peer", "/x"], ["--stdio", "x"], ["--server", "x"]]) {
    const terminal = createFakeTerminal({});
    const code = await runCli(["tools", "--url", "http://x/mcp", ...more], { terminal });
    assert.equal(code, 2);
    assert.match(terminal.err(), /cannot be used with/);
  }
});

for (
  const [args, problem] of [
    [["tools", "--servers", "list.json"], /--server does not say/],
    [["connect", "--servers", "list.json"], /--server does not say/],
    [["connect", "http://x/mcp", "--servers", "list.json"], /both a target and --servers/],
    [["connect", "http://x/mcp", "--server", "x"], /both a target and --server /],
    [["connect", "--server", "x", "--bearer-file", "f"], /cannot be used with/],
    [["connect", "--server", "x", "--server", "y"], /relayed to one server/],
    [["tools", "--server", "x", "--bearer-file", "f"], /cannot be used with/],
    [["tools", "--peer", "/x", "--bearer-file", "f"], /cannot be used with/],
    [["tools", "--stdio", "x", "--oauth"], /cannot be used with/],
  ] as const
) {
  Deno.test(`a client command refuses what it would not heed: mcpp ${args.join(" ")}`, async () => {
    const terminal = createFakeTerminal({});
    assert.equal(await runCli(args, { terminal }), 2);
    assert.match(terminal.err(), problem);
  });
}

Deno.test("a client command presents the token of a file", async () => {
  await using server = openMockServer({ era: "modern" });
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, "s3cret\n");
    const terminal = createFakeTerminal({});
    const args = ["call", "echo", '{"n":1}', "--url", server.url, "--bearer-file", file];
    assert.equal(await runCli(args, { terminal }), 0, terminal.err());
    assert.equal(server.requests[0]?.request.headers.get("authorization"), "Bearer s3cret");
    assert.ok(!`${terminal.out()}${terminal.err()}`.includes("s3cret"));
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("a client command uses the servers of a list in the order in which they are named", async () => {
  await using server = openMockServer({ era: "modern" });
  const file = await Deno.makeTempFile();
  try {
    const list = { mcpServers: { gone: { command: "/nowhere" }, here: { url: server.url } } };
    await Deno.writeTextFile(file, JSON.stringify(list));
    const terminal = createFakeTerminal({});
    const args = ["call", "echo", "--servers", file, "--server", "gone", "--server", "here"];
    assert.equal(await runCli(args, { terminal }), 0, terminal.err());
  } finally {
    await Deno.remove(file);
  }
});
