import assert from "node:assert/strict";
import { EXIT } from "../../../../src/cli/mod.ts";
import { bindTool, type BoundTool } from "../../../../src/mcp/mod.ts";
import { PeerUnreachableError } from "../../../../src/network/mod.ts";
import type { TaskQueue } from "../../../../src/taskqueue/mod.ts";
import {
  connect,
  disconnect,
  discover,
  listPeers,
  type Neighbourhood,
  type NeighbourhoodControl,
  peerStatus,
} from "../../../../src/tools/mod.ts";
import {
  makeControl,
  makeLink,
  makeMethod,
  makeNeighbourhood,
  makePeer,
  makeReport,
} from "../../tools/peers/make_neighbourhood.ts";
import { parseOut, type RunCommand, withToolServer } from "../tool_server.ts";
import { DESKTOP, LAPTOP } from "./make_shown_peers.ts";

const MAIN = new URL("../../../../main.ts", import.meta.url).pathname;
const TERMINAL = { isInteractive: true };

function around(control: Partial<NeighbourhoodControl> = {}): Neighbourhood {
  return makeNeighbourhood({
    discoveredPeers: () => [makePeer(LAPTOP), makePeer(DESKTOP)],
    connections: () => [makeLink(LAPTOP)],
    methods: () => [makeMethod("mdns", { peers: 2 })],
    trustOf: (id) =>
      id === LAPTOP ? { name: "laptop", roles: ["work"], isRevoked: false } : undefined,
    control: makeControl(control),
  });
}

function bindPeerTools(neighbourhood: Neighbourhood, queue: Partial<TaskQueue> = {}): BoundTool[] {
  const deps = { neighbourhood, queues: { queueOf: () => queue as TaskQueue } };
  return [
    bindTool(listPeers, deps),
    bindTool(discover, deps),
    bindTool(connect, deps),
    bindTool(disconnect, deps),
    bindTool(peerStatus, deps),
  ];
}

function withPeers(
  control: Partial<NeighbourhoodControl>,
  use: (run: RunCommand, url: string) => Promise<void>,
  queue: Partial<TaskQueue> = {},
): Promise<void> {
  return withToolServer(bindPeerTools(around(control), queue), use);
}

Deno.test("mcpp peers shows a table to a person, and JSON to a program", async () => {
  const discover = () => Promise.resolve([]);
  await withPeers({ discover }, async (run) => {
    const { code, out } = await run(["peers"], TERMINAL);
    assert.equal(code, EXIT.ok);
    assert.match(out, /^PEER +NAME +FOUND BY +ADDRESS +LINK +ROLES +SEEN$/m);
    assert.match(
      out,
      new RegExp(`^${LAPTOP} +laptop +mdns +/ip4/192\\.0\\.2\\.1/tcp/1 +direct`, "m"),
    );
    assert.match(out, /^mdns +ok +2 /m);
    const { peers, count } = parseOut(await run(["peers", "--limit", "1"]));
    assert.deepEqual([count, (peers as unknown[]).length], [1, 1]);
    const none = parseOut(await run(["peers", "list", "--method", "dht", "--json"]));
    assert.equal(none["count"], 0);
  });
});

Deno.test("mcpp peers discover shows what each method did, and all of why one failed", async () => {
  const reason = `nobody answers${" at all".repeat(10)}`;
  const looks: unknown[] = [];
  const look: NeighbourhoodControl["discover"] = ({ methods, timeoutMs }) => {
    looks.push([methods, timeoutMs]);
    return Promise.resolve([
      makeReport("mdns", { peerIds: [DESKTOP] }),
      makeReport("dht", { ok: false, reason, durationMs: 3_000 }),
    ]);
  };
  await withPeers({ discover: look }, async (run) => {
    const args = ["peers", "discover", "--method", "mdns", "--method", "dht", "--timeout", "3"];
    const { code, out } = await run(args, TERMINAL);
    assert.equal(code, EXIT.ok);
    assert.match(out, /^mdns +ok +1 +12 ms$/m);
    assert.match(out, /^dht +failed +0 +3\.0 s$/m);
    assert.match(out, new RegExp(`^dht failed:\n    ${reason}$`, "m"));
    assert.match(out, new RegExp(`^${DESKTOP}`, "m"));
    assert.deepEqual(looks, [[["mdns", "dht"], 3_000]]);
  });
});

Deno.test("mcpp peers connect takes an address, an id, the end of one, or a name", async () => {
  const targets: unknown[] = [];
  const dial: NeighbourhoodControl["connect"] = ({ multiaddr, peerId }) => {
    targets.push(multiaddr ?? peerId);
    return Promise.resolve(makeLink(LAPTOP));
  };
  await withPeers({ connect: dial }, async (run) => {
    const given = ["/ip4/192.0.2.1/tcp/1", DESKTOP, "desktop2", "…desktop2", "laptop"];
    for (const peer of given) {
      const { code, out } = await run(["peers", "connect", peer], TERMINAL);
      assert.equal(code, EXIT.ok);
      assert.match(out, /^Connected to 12D3KooW/);
    }
    assert.deepEqual(targets, [given[0], DESKTOP, DESKTOP, DESKTOP, LAPTOP]);
  });
});

Deno.test("mcpp peers refuses to guess which peer is meant", async () => {
  const twins = ["x", "y"].map((letter) => makePeer(`${letter.repeat(44)}-twin`));
  const tools = bindPeerTools(makeNeighbourhood({ discoveredPeers: () => twins }));
  await withToolServer(tools, async (run) => {
    for (const [peer, reason] of [["twin", /2 peers/], ["nobody", /no known/], ["n", /no known/]]) {
      const { code, err } = await run(["peers", "disconnect", String(peer)]);
      assert.equal(code, EXIT.usage);
      assert.match(err, reason as RegExp);
      assert.match(err, /hint: .*mcpp peers --json/);
    }
  });
});

Deno.test("mcpp peers connect fails as the node does", async () => {
  const fail = () => Promise.reject(new PeerUnreachableError("a", "nobody listens there"));
  await withPeers({ connect: fail }, async (run) => {
    const { code, err } = await run(["peers", "connect", "/ip4/192.0.2.1/tcp/1"], TERMINAL);
    assert.equal(code, EXIT.failed);
    assert.match(err, /nobody listens there.*\[peer_unreachable\]\nhint: /);
  });
});

Deno.test("mcpp peers disconnect says whether there was a connection", async () => {
  const disconnected: string[] = [];
  const cut = (peerId: string) => Promise.resolve(disconnected.push(peerId) === 1);
  await withPeers({ disconnect: cut }, async (run) => {
    const first = await run(["peers", "disconnect", "laptop"], TERMINAL);
    assert.deepEqual([first.code, first.out], [EXIT.ok, `Disconnected from ${LAPTOP}\n`]);
    const second = parseOut(await run(["peers", "disconnect", "laptop"]));
    assert.equal(second["disconnected"], false);
    assert.deepEqual(disconnected, [LAPTOP, LAPTOP]);
  });
});

Deno.test("mcpp peers status describes a peer that answers", async () => {
  const status = () => Promise.resolve({ peerId: LAPTOP, taskTypes: ["echo"], models: ["m"] });
  await withPeers({}, async (run) => {
    const { code, out } = await run(["peers", "status", "laptop"], TERMINAL);
    assert.equal(code, EXIT.ok);
    const lines = new Map(
      out.trimEnd().split("\n").map((line) => {
        const [name = "", ...rest] = line.split(":");
        return [name, rest.join(":").trim()];
      }),
    );
    assert.equal(lines.get("Peer"), LAPTOP);
    assert.equal(lines.get("Roles"), "work");
    assert.match(lines.get("Connected") ?? "", /^directly, to \/ip4\/192\.0\.2\.1\/tcp\/1/);
    assert.match(lines.get("Answers") ?? "", /^in \d+ ms$/);
    assert.deepEqual([lines.get("Takes"), lines.get("Models")], ["echo", "m"]);
  }, { status });
});

Deno.test("mcpp peers status says why a peer does not answer, also by its exit code", async () => {
  const status = () => Promise.reject(new PeerUnreachableError(LAPTOP, "nobody listens there"));
  await withPeers({}, async (run) => {
    const { code, out } = await run(["peers", "status", "laptop"], TERMINAL);
    assert.equal(code, EXIT.failed);
    assert.match(out, /^Answers: +no: .*nobody listens there.*\[peer_unreachable\]$/m);
    const json = parseOut(await run(["peers", "status", LAPTOP, "--detail", "--timeout", "2"]));
    assert.deepEqual([json["answered"], json["code"]], [false, "peer_unreachable"]);
  }, { status });
});

Deno.test("mcpp peers --watch tells a program what is new until interrupted", async () => {
  const peers = [makePeer(LAPTOP)];
  const neighbourhood = makeNeighbourhood({ discoveredPeers: () => peers });
  await withToolServer(bindPeerTools(neighbourhood), async (_run, url) => {
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", MAIN, "peers", "--watch", "--url", url],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
    const child = command.spawn();
    const stderr = new Response(child.stderr).text();
    const events: Record<string, unknown>[] = [];
    let rest = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = `${rest}${text}`.split("\n");
      rest = lines.pop() ?? "";
      events.push(...lines.map((line) => JSON.parse(line)));
      if (events.length === 1) peers[0] = makePeer(DESKTOP);
      if (events.length === 3) child.kill("SIGINT");
    }
    const { code } = await child.status;
    assert.deepEqual([code, await stderr], [EXIT.interrupted, ""]);
    assert.deepEqual(events.map(({ event }) => event), ["found", "found", "lost"]);
    assert.equal(events[2]?.["peer_id"], LAPTOP);
  });
});

Deno.test("mcpp peers and its commands have help", async () => {
  await withPeers({}, async (run) => {
    const words = { list: /--watch/, discover: /--method/, connect: /<peer>/, status: /--detail/ };
    for (const [name, word] of Object.entries(words)) {
      const { code, out } = await run(["peers", name, "--help"]);
      assert.equal(code, EXIT.ok);
      assert.match(out, word);
      assert.match(out, /Examples:/);
    }
  });
});
