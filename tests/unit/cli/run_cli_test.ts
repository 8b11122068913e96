import assert from "node:assert/strict";
import { EXIT, runCli } from "../../../src/cli/mod.ts";
import { createFakeTerminal } from "./fake_terminal.ts";

Deno.test("runCli prints the version as JSON for a program and as text for a person", async () => {
  const program = createFakeTerminal();
  assert.equal(await runCli(["version"], { terminal: program }), EXIT.ok);
  assert.match(JSON.parse(program.out()).mcpp, /^\d+\.\d+\.\d+/);
  const person = createFakeTerminal({ isInteractive: true });
  assert.equal(await runCli(["version"], { terminal: person }), EXIT.ok);
  assert.match(person.out(), /^mcpp \d+\.\d+\.\d+ \(deno /);
  const asked = createFakeTerminal({ isInteractive: true });
  await runCli(["version", "--json"], { terminal: asked });
  assert.equal(JSON.parse(asked.out()).deno, Deno.version.deno);
});

Deno.test("runCli prints help with every flag, its environment name and its default", async () => {
  const terminal = createFakeTerminal();
  assert.equal(await runCli(["serve", "--help"], { terminal }), EXIT.ok);
  const words = terminal.out().replaceAll(/\s+/g, " ");
  for (const text of ["--port <number>", "MCPP_PORT", "default: 8000", "--no-worker", "--config"]) {
    assert.ok(words.includes(text), text);
  }
});

Deno.test("runCli refuses what it does not know, with usage on standard error", async () => {
  for (
    const [args, message] of [
      [["serve", "--prot", "1"], /unknown option '--prot'.*\n.*--port/],
      [["sevre"], /unknown command 'sevre'.*\n.*serve/],
      [["call"], /missing required argument 'tool'/],
      [["call", "echo", "--url", "x", "--peer", "y"], /cannot be used with/],
    ] as const
  ) {
    const terminal = createFakeTerminal();
    assert.equal(await runCli(args, { terminal }), EXIT.usage, args.join(" "));
    assert.match(terminal.err(), message);
    assert.equal(terminal.out(), "");
  }
});

Deno.test("runCli reports all problems of a configuration at once", async () => {
  const terminal = createFakeTerminal();
  const args = ["serve", "--port", "http", "--log-format", "xml", "--data-dir", "/nowhere"];
  assert.equal(await runCli(args, { terminal }), EXIT.usage);
  assert.match(terminal.err(), /server\.port \(flag --port\): got "http", expected/);
  assert.match(terminal.err(), /log\.format \(flag --log-format\): got "xml", expected/);
  assert.doesNotMatch(terminal.err(), /\n {4}at /);
});

Deno.test("runCli says how arguments of a call are given", async () => {
  for (const args of ["{", "[1]", "@/no/such/file"]) {
    const terminal = createFakeTerminal();
    assert.equal(await runCli(["call", "echo", args], { terminal }), EXIT.usage);
    assert.match(terminal.err(), /Cannot read arguments/);
    assert.match(terminal.err(), /hint: Give a JSON object/);
  }
});

Deno.test("runCli names a server that does not answer, and where it looked", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const terminal = createFakeTerminal();
  const url = `http://127.0.0.1:${port}/mcp`;
  assert.equal(await runCli(["tools", "--url", url], { terminal }), EXIT.unreachable);
  assert.ok(terminal.err().includes(url), terminal.err());
});

Deno.test("runCli refuses a target that is neither a URL nor an address", async () => {
  const terminal = createFakeTerminal();
  assert.equal(await runCli(["tools", "--url", "localhost:8000"], { terminal }), EXIT.usage);
  assert.match(terminal.err(), /\[invalid_url\]/);
});

Deno.test("runCli says nothing when nobody reads its output any more", async () => {
  const terminal = createFakeTerminal({});
  const writeOut = (): void => {
    throw new Deno.errors.BrokenPipe("Broken pipe");
  };
  const code = await runCli(["version"], { terminal: { ...terminal, writeOut } });
  assert.deepEqual([code, terminal.err()], [EXIT.outputClosed, ""]);
});
