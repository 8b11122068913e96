import assert from "node:assert/strict";
import { EXIT, runCli } from "../../../src/cli/mod.ts";
import { formatQrCode } from "../../../src/cli/invite/format_qr_code.ts";
import { toJoinCommands } from "../../../src/cli/invite/to_join_commands.ts";
import type { NewInvite } from "../../../src/app/mod.ts";
import { withDirectory } from "../network/with_directory.ts";
import { createFakeTerminal } from "./fake_terminal.ts";

const CODE = "7ZK4M-ABCDE-FGHJK-12345";

function createInvite(multiaddrs: readonly string[]): NewInvite {
  return {
    code: CODE,
    isNodeRunning: true,
    multiaddrs,
    invite: { id: "ab", roles: ["submit"], createdMs: 0, expiresMs: 1, isCancelled: false },
  };
}

Deno.test("toJoinCommands gives the code alone, and with the addresses that others can reach", () => {
  assert.deepEqual(toJoinCommands(createInvite([])), [`mcpp join ${CODE}`]);
  const relayed = "/ip4/198.51.100.1/tcp/1/p2p/R/p2p-circuit/p2p/A";
  const [six, four, loopback] = ["/ip6/2001:db8::1/tcp/1/p2p/A", "/ip4/192.0.2.1/tcp/1/p2p/A", [
    "/ip4/127.0.0.1/tcp/1/p2p/A",
    "/ip6/::1/tcp/1/p2p/A",
  ]];
  assert.deepEqual(
    toJoinCommands(createInvite([relayed, ...loopback, six, four])),
    ["", ` --at ${four}`, ` --at ${six}`, ` --at ${relayed}`].map((at) => `mcpp join ${CODE}${at}`),
  );
  assert.equal(toJoinCommands(createInvite(loopback))[1], `mcpp join ${CODE} --at ${loopback[0]}`);
  const many = Array.from({ length: 20 }, (_, index) => `/ip4/192.0.2.${index}/tcp/1/p2p/A`);
  assert.equal(toJoinCommands(createInvite(many)).length, 5);
  const commands = toJoinCommands(createInvite([...many, relayed]));
  assert.equal(commands.length, 5);
  assert.equal(commands.at(-1), `mcpp join ${CODE} --at ${relayed}`);
});

Deno.test("formatQrCode draws two rows a line, with the three marks in the corners and a border", async () => {
  const lines = (await formatQrCode(`mcpp join ${CODE}`)).split("\n");
  const [width = 0] = lines.map((line) => line.length);
  assert.ok(lines.every((line) => line.length === width && /^[█▀▄ ]+$/.test(line)));
  // 17 and 4 for each version, and two of a border on each side.
  assert.equal((width - 4 - 17) % 4, 0);
  assert.equal(lines.length, Math.ceil(width / 2));
  assert.match(lines[0] ?? "", /^█+$/);
  assert.match(lines[1] ?? "", /^██ ▄▄▄▄▄ █.*█ ▄▄▄▄▄ ██$/);
  const corner = lines.findLast((line) => line.startsWith("██ █▄▄▄█ █"));
  assert.ok(corner !== undefined, lines.join("\n"));
});

Deno.test("mcpp invite, list and cancel work on the files of the data directory", () =>
  withDirectory(async (directory) => {
    const run = async (...args: readonly string[]) => {
      const terminal = createFakeTerminal();
      const code = await runCli(["invite", ...args, "--data-dir", directory], { terminal });
      return { code, json: terminal.out() && JSON.parse(terminal.out()), err: terminal.err() };
    };
    const made = await run("--role", "work+cache", "--expires", "1h", "--name", "laptop");
    assert.equal(made.code, EXIT.ok);
    assert.match(made.err, /warning: no node runs here/);
    assert.match(made.json.code, /^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/);
    assert.deepEqual(made.json.roles, ["work", "cache"]);
    assert.equal(made.json.name, "laptop");
    assert.equal(made.json.expiresMs - made.json.createdMs, 3_600_000);
    assert.deepEqual(made.json.commands, [`mcpp join ${made.json.code}`]);
    const listed = await run("list", "--json");
    assert.deepEqual(
      listed.json.invites.map(({ id, state }: { id: string; state: string }) => [
        id,
        state,
      ]),
      [[made.json.id, "open"]],
    );
    assert.ok(!JSON.stringify(listed.json).includes(made.json.code));
    assert.equal((await run("cancel", made.json.id)).json.state, "cancelled");
    const again = await run("cancel", made.json.id);
    assert.equal(again.code, EXIT.failed);
    assert.match(again.err, /invite_unknown/);
  }));

Deno.test("mcpp invite shows a person a table, and what to do when it is empty", () =>
  withDirectory(async (directory) => {
    const show = async (...args: readonly string[]): Promise<string> => {
      const terminal = createFakeTerminal({ isInteractive: true });
      await runCli(["invite", ...args, "--data-dir", directory], { terminal });
      return terminal.out();
    };
    assert.match(await show("list"), /There is no invitation/);
    const text = await show();
    assert.match(
      text,
      /^One other machine may join for 10 minutes, until .* submit, work, cache\n/,
    );
    assert.match(text, /\n {2}mcpp join \S+\n/);
    assert.match(await show("list"), /^ID +STATE .*\n[0-9a-f]{16} +open, \d+m left +submit/);
    assert.match(await show("list", "--json"), /^\{"invites":\[/);
  }));

Deno.test("mcpp join refuses a code with a typing error before it opens anything", () =>
  withDirectory(async (directory) => {
    const terminal = createFakeTerminal();
    const args = ["join", "7ZK4M", "--data-dir", `${directory}/data`];
    assert.equal(await runCli(args, { terminal }), EXIT.usage);
    assert.match(terminal.err(), /5 characters instead of 20 \[invite_invalid\]/);
    await assert.rejects(Deno.stat(`${directory}/data`), Deno.errors.NotFound);
  }));

Deno.test("mcpp join takes a code with blanks as a shell splits it", () =>
  withDirectory(async (directory) => {
    const terminal = createFakeTerminal();
    const args = ["join", "7ZK4M", "ABCDE", "FGHJK", "12345", "--data-dir", `${directory}/data`];
    assert.equal(await runCli(args, { terminal }), EXIT.usage);
    // All 20 characters were read; it is the last ones that do not fit.
    assert.match(terminal.err(), /a character of it is wrong \[invite_invalid\]/);
  }));

Deno.test("a name that nobody could type or see is wrong input, and is kept nowhere", () =>
  withDirectory(async (directory) => {
    const commands = [["invite"], ["join", "7ZK4M"], ["peers", "trust", "12D3KooW"]];
    for (const command of commands) {
      for (const name of ["", " ", "x".repeat(129), "lap\u001b[31mtop", "lap\ntop"]) {
        const terminal = createFakeTerminal();
        const args = [...command, "--name", name, "--data-dir", directory];
        assert.equal(await runCli(args, { terminal }), EXIT.usage);
        assert.match(terminal.err(), /'--name <name>'.* 1 to 128 printable characters/s);
      }
    }
    assert.deepEqual(await Array.fromAsync(Deno.readDir(directory)), []);
  }));

Deno.test("mcpp join has the flags by which peers are found, and no others", async () => {
  const terminal = createFakeTerminal();
  assert.equal(await runCli(["join", "--help"], { terminal }), EXIT.ok);
  for (
    const flag of ["--bootstrap-peer", "--rendezvous-point", "--relay", "--no-mdns", "--data-dir"]
  ) {
    assert.ok(terminal.out().includes(flag), flag);
  }
  assert.doesNotMatch(terminal.out(), /--port <|--oauth|--lease/);
});
