import assert from "node:assert/strict";
import { EXIT, runCli } from "../../../src/cli/mod.ts";
import { withDirectory } from "../network/with_directory.ts";
import { createFakeTerminal } from "./fake_terminal.ts";

const ALICE = "12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust";
const BOB = "12D3KooWGRUFMe2mcEPyvRnDNKTBAXyTyUj6xYdoDhQSTaqpCHsf";

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Run `mcpp`, on a terminal if it is for a person. */
type Run = (args: string, options?: { readonly isInteractive?: boolean }) => Promise<Ran>;

function withDataDir(body: (run: Run, dataDir: string) => Promise<void>): Promise<void> {
  return withDirectory((directory) =>
    body(async (args, options) => {
      const terminal = createFakeTerminal(options);
      const words = [...args.split(" "), "--data-dir", directory];
      const code = await runCli(words, { terminal });
      return { code, out: terminal.out(), err: terminal.err() };
    }, directory)
  );
}

const PERSON = { isInteractive: true };

Deno.test("peers trust gives a peer roles, and keeps what it is not told to change", () =>
  withDataDir(async (run) => {
    const first = await run(`peers trust ${ALICE} --role submit --role work,cache --name laptop`);
    assert.equal(first.code, EXIT.ok, first.err);
    const peer = JSON.parse(first.out);
    assert.deepEqual([peer.peerId, peer.name, peer.roles, peer.isRevoked, peer.source], [
      ...[ALICE, "laptop", ["submit", "work", "cache"], false, "command"],
    ]);
    const second = await run(`peers trust /ip4/10.0.0.7/tcp/9710/p2p/${ALICE}`, PERSON);
    assert.equal(second.out, `${ALICE} (laptop) may now: submit, work, cache\n`);
    const third = await run(`peers trust ${BOB} --address /ip4/10.0.0.8/tcp/9710`);
    assert.deepEqual(JSON.parse(third.out).roles, ["submit", "work", "tools", "cache"]);
    const { peers } = JSON.parse((await run("peers trusted")).out);
    assert.deepEqual(
      peers.map(({ multiaddrs }: { multiaddrs: string[] }) => multiaddrs),
      [[`/ip4/10.0.0.7/tcp/9710/p2p/${ALICE}`], [`/ip4/10.0.0.8/tcp/9710/p2p/${BOB}`]],
    );
  }));

Deno.test("peers revoke takes everything from a peer, by id or by name, also from a stranger", () =>
  withDataDir(async (run) => {
    await run(`peers trust ${ALICE} --name laptop`);
    assert.deepEqual(JSON.parse((await run("peers revoke laptop")).out), {
      peerId: ALICE,
      hasChanged: true,
    });
    assert.equal(
      (await run(`peers revoke ${ALICE}`, PERSON)).out,
      `${ALICE} was revoked before\n`,
    );
    assert.equal((await run(`peers revoke ${BOB}`, PERSON)).out, `${BOB} is trusted no more\n`);
    const { out } = await run("peers trusted", PERSON);
    assert.match(out, /^PEER +NAME +ROLES +BY +SINCE\n/);
    assert.match(out, new RegExp(`${ALICE} +laptop +\\(revoked\\) +command`));
  }));

Deno.test("peers revoke does not guess which of two peers of one name is meant", () =>
  withDataDir(async (run) => {
    for (const peer of [ALICE, BOB]) await run(`peers trust ${peer} --name laptop`);
    const ran = await run("peers revoke laptop");
    assert.equal(ran.code, EXIT.usage);
    assert.match(ran.err, /several have this name: peer "laptop".*mcpp peers trusted/s);
    const { peers } = JSON.parse((await run("peers trusted")).out);
    assert.ok(peers.every(({ isRevoked }: { isRevoked: boolean }) => !isRevoked));
  }));

Deno.test("peers trusted says so when nobody is", () =>
  withDataDir(async (run) => {
    assert.match((await run("peers trusted", PERSON)).out, /^Nobody is trusted/);
    assert.deepEqual(JSON.parse((await run("peers trusted")).out), { peers: [] });
  }));

Deno.test("peers trust refuses what is no peer, no role and no address of the peer", () =>
  withDataDir(async (run, dataDir) => {
    for (
      const [args, code] of [
        ["peers trust laptop", "invalid_peer"],
        [`peers trust ${ALICE}x`, "invalid_peer"],
        ["peers trust /ip4/10.0.0.7/tcp/9710", "invalid_peer"],
        ["peers revoke nobody", "invalid_peer"],
        [`peers trust ${ALICE} --role root`, "usage"],
        [`peers trust ${ALICE} --address /ip4/10.0.0.7/tcp/1/p2p/${BOB}`, "invalid_multiaddr"],
      ] as const
    ) {
      const ran = await run(args);
      assert.equal(ran.code, EXIT.usage, args);
      assert.match(ran.err, new RegExp(`\\[${code}\\]`), args);
    }
    await assert.rejects(Deno.stat(`${dataDir}/trust.json`), Deno.errors.NotFound);
  }));

Deno.test("peers trust does not touch a damaged list", () =>
  withDataDir(async (run, dataDir) => {
    await Deno.writeTextFile(`${dataDir}/trust.json`, "{");
    for (const args of [`peers trust ${ALICE}`, `peers revoke ${ALICE}`, "peers trusted"]) {
      const { code, err } = await run(args);
      assert.equal(code, EXIT.cannotStart, args);
      assert.match(err, /\[trust_list_unusable\]\nhint: /);
    }
    assert.equal(await Deno.readTextFile(`${dataDir}/trust.json`), "{");
  }));

Deno.test("identity rotate gives a new id, keeps the old key, and says what is to be done", () =>
  withDataDir(async (run, dataDir) => {
    const none = await run("identity show");
    assert.equal(none.code, EXIT.failed);
    assert.match(none.err, /\[no_identity\]/);
    const first = JSON.parse((await run("identity rotate")).out);
    assert.equal(first.previousPeerId, null);
    assert.deepEqual(JSON.parse((await run("identity show")).out), {
      peerId: first.peerId,
      path: `${dataDir}/identity.key`,
    });
    const ran = await run("identity rotate");
    const second = JSON.parse(ran.out);
    assert.equal(second.previousPeerId, first.peerId);
    assert.notEqual(second.peerId, first.peerId);
    assert.ok((await Deno.stat(second.backupPath)).isFile);
    assert.match(
      ran.err,
      new RegExp(`peers trust ${second.peerId}\n *mcpp peers revoke ${first.peerId}`),
    );
    assert.equal((await run("identity show", PERSON)).out, `${second.peerId}\n`);
  }));

Deno.test("identity rotate is refused while the node runs", () =>
  withDataDir(async (run, dataDir) => {
    const { peerId } = JSON.parse((await run("identity rotate")).out);
    using lock = await Deno.open(`${dataDir}/lock`, { read: true, write: true, create: true });
    await lock.lock(true);
    const { code, err } = await run("identity rotate");
    assert.equal(code, EXIT.cannotStart);
    assert.match(err, /\[data_dir_locked\]/);
    await lock.unlock();
    assert.equal(JSON.parse((await run("identity show")).out).peerId, peerId);
  }));
