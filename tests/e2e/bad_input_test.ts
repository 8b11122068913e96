import assert from "node:assert/strict";
import { EXIT } from "../../src/cli/mod.ts";
import { assertRefused, type Refusal } from "./assert_refused.ts";
import { addressOf, runMcpp, startMcpp } from "./mcpp_process.ts";
import { openTempDir } from "./run_deno.ts";

/** A valid id that no node here has. */
const STRANGER = "12D3KooWGzBn8u5Yd2Cbt7bqQxTMRK4vXXRPVPCUvYF6Yqg5hAFd";
/** Nobody listens on the port of tcpmux. */
const CLOSED = "/ip4/127.0.0.1/tcp/1";

interface WrongCommand extends Refusal {
  readonly title: string;
  readonly args: readonly string[];
}

const WRONG_COMMANDS: readonly WrongCommand[] = [
  {
    title: "an unknown command",
    args: ["serv"],
    exit: EXIT.usage,
    code: "usage",
    names: ["'serv'", "serve", "--help"],
  },
  {
    title: "an unknown flag",
    args: ["serve", "--prot", "8000"],
    exit: EXIT.usage,
    code: "usage",
    names: ["'--prot'", "--port", "--help"],
  },
  {
    title: "a flag without its value",
    args: ["serve", "--port"],
    exit: EXIT.usage,
    code: "usage",
    names: ["--port <number>"],
  },
  {
    title: "two ways to say which server",
    args: ["call", "echo", "--url", "http://127.0.0.1:1/mcp", "--peer", CLOSED],
    exit: EXIT.usage,
    code: "usage",
    names: ["--url", "--peer"],
  },
  {
    title: "a configuration file that is not there",
    args: ["serve", "--config", "/nonexistent/mcpp.json"],
    exit: EXIT.usage,
    code: "config_invalid",
    names: ["/nonexistent/mcpp.json", "no file"],
  },
  {
    title: "a token file that is not there",
    args: ["serve", "--port", "0", "--token-file", "/nonexistent/token"],
    exit: EXIT.usage,
    code: "secret_file_unusable",
    names: ["/nonexistent/token", "no such file"],
  },
  {
    title: "a wrong address to listen on",
    args: ["serve", "--p2p-listen", "nonsense"],
    exit: EXIT.usage,
    code: "config_invalid",
    names: ["--p2p-listen", '"nonsense"', "/ip4/127.0.0.1/tcp/0"],
  },
  {
    title: "an address to listen on that is not TCP",
    args: ["serve", "--port", "0", "--p2p-listen", "/ip4/127.0.0.1/udp/0"],
    exit: EXIT.cannotStart,
    code: "p2p_listen_failed",
    names: ["/ip4/127.0.0.1/udp/0", "/ip4/0.0.0.0/tcp/9710"],
  },
  {
    title: "an address to listen on that is another machine's",
    args: ["serve", "--host", "192.0.2.1", "--port", "0", "--no-p2p", "--allow-unauthenticated"],
    exit: EXIT.cannotStart,
    code: "address_unavailable",
    names: ["192.0.2.1", "127.0.0.1"],
  },
  {
    title: "a wrong address of a peer",
    args: ["call", "echo", "--peer", "/nonsense"],
    exit: EXIT.usage,
    code: "invalid_multiaddr",
    names: ["/nonsense", "/ip4/192.0.2.1/tcp/9710/p2p/"],
  },
  {
    title: "a wrong URL",
    args: ["call", "echo", "--url", "localhost:8000"],
    exit: EXIT.usage,
    code: "invalid_url",
    names: ["localhost:8000", "http://127.0.0.1:8000/mcp"],
  },
  {
    title: "arguments that are not JSON",
    args: ["call", "echo", "{text: hi}"],
    exit: EXIT.usage,
    code: "usage",
    names: ["{text: hi}", "@file"],
  },
  {
    title: "arguments that are not an object",
    args: ["call", "echo", "[1]"],
    exit: EXIT.usage,
    code: "usage",
    names: ["[1]", "not an object"],
  },
  {
    title: "a file of arguments that is not there",
    args: ["call", "echo", "@/nonexistent/args.json"],
    exit: EXIT.usage,
    code: "usage",
    names: ["/nonexistent/args.json"],
  },
  {
    title: "a server that nobody runs",
    args: ["call", "echo", "--url", "http://127.0.0.1:1/mcp"],
    exit: EXIT.unreachable,
    code: "server_unreachable",
    names: ["http://127.0.0.1:1/mcp", "Check"],
  },
  {
    title: "a list of tools of a server that nobody runs",
    args: ["tools", "--url", "http://127.0.0.1:1/mcp"],
    exit: EXIT.unreachable,
    code: "server_unreachable",
    names: ["http://127.0.0.1:1/mcp", "Check"],
  },
  {
    title: "a peer that nobody runs",
    args: ["call", "echo", "--peer", `${CLOSED}/p2p/${STRANGER}`],
    exit: EXIT.unreachable,
    code: "peer_unreachable",
    names: [CLOSED, "nobody listens", "Check"],
  },
  {
    title: "work for a peer that nobody runs",
    args: ["worker", "--peer", `${CLOSED}/p2p/${STRANGER}`],
    exit: EXIT.unreachable,
    code: "peer_unreachable",
    names: [CLOSED, "nobody listens", "Check"],
  },
  {
    title: "work for a node on this machine when there is none",
    args: ["worker"],
    exit: EXIT.cannotStart,
    code: "no_queue",
    names: ["task_p2p_announce.json", "mcpp serve", "--peer"],
  },
];

for (const { title, args, ...refusal } of WRONG_COMMANDS) {
  Deno.test(`mcpp refuses ${title}`, async () => {
    assertRefused(await runMcpp(args), refusal);
  });
}

Deno.test("mcpp serve reports all wrong values at once, wherever they come from", async () => {
  await using dir = await openTempDir();
  const file = `${dir.path}/mcpp.json`;
  await Deno.writeTextFile(file, '{"queue": {"leaseMs": -1}, "wat": true, "p2p": {"token": "s"}}');
  const flags = ["--port", "abc", "--p2p-port", "99999", "--config", file];
  const finished = await runMcpp(["serve", ...flags], { env: { MCPP_LOG_LEVEL: "loud" } });
  assertRefused(finished, {
    exit: EXIT.usage,
    code: "config_invalid",
    names: [
      "6 problems",
      'server.port (flag --port): got "abc", expected a whole number from 0 to 65535',
      "p2p.listenPort (flag --p2p-port): got 99999",
      'log.level (env MCPP_LOG_LEVEL): got "loud", expected "debug", "info", "warn" or "error"',
      `queue.leaseMs (${file}): got -1`,
      `wat (${file})`,
      `p2p.token (${file}): got (hidden)`,
    ],
  });
});

Deno.test("mcpp serve refuses a configuration file that is not JSON", async () => {
  await using dir = await openTempDir();
  const file = `${dir.path}/mcpp.json`;
  await Deno.writeTextFile(file, "port = 8000");
  assertRefused(await runMcpp(["serve", "--config", file]), {
    exit: EXIT.usage,
    code: "config_invalid",
    names: [file, "JSON"],
  });
});

Deno.test("mcpp serve refuses ports and a data directory that another node has", async () => {
  await using node = await startMcpp();
  const { port } = new URL(node.ready.url);
  assertRefused(await runMcpp(["serve", "--port", port, "--no-p2p"]), {
    exit: EXIT.cannotStart,
    code: "port_in_use",
    names: [`127.0.0.1:${port}`, "another port"],
  });
  const listen = addressOf(node).replace(/\/p2p\/.*/, "");
  assertRefused(await runMcpp(["serve", "--port", "0", "--p2p-listen", listen]), {
    exit: EXIT.cannotStart,
    code: "p2p_listen_failed",
    names: [listen, "in use", "another port"],
  });
  assertRefused(await runMcpp(["serve", "--port", "0", "--data-dir", node.dataDir]), {
    exit: EXIT.cannotStart,
    code: "data_dir_locked",
    names: [node.dataDir, `process ${node.pid}`, "--data-dir"],
  });
  assert.equal(await node.stop(), 0, "the node that was there first has suffered");
});

/** Serve from a data directory that something has happened to. */
async function serveFrom(dataDir: string, args: readonly string[] = []) {
  return await runMcpp([
    "serve",
    ...["--port", "0", "--p2p-listen", "/ip4/127.0.0.1/tcp/0", "--data-dir", dataDir],
    ...args,
  ]);
}

Deno.test("mcpp serve refuses a data directory that cannot be had", async () => {
  await using dir = await openTempDir();
  const file = `${dir.path}/file`;
  await Deno.writeTextFile(file, "{}");
  // Not even root can make a directory below a file, or open a directory as a lock.
  assertRefused(await serveFrom(`${file}/data`), {
    exit: EXIT.cannotStart,
    code: "data_dir_unusable",
    names: [`${file}/data`, "Not a directory", "--data-dir"],
  });
  const dataDir = `${dir.path}/data`;
  await Deno.mkdir(`${dataDir}/lock`, { recursive: true });
  assertRefused(await serveFrom(dataDir), {
    exit: EXIT.cannotStart,
    code: "data_dir_unusable",
    names: [dataDir, "Is a directory", "--data-dir"],
  });
});

for (const kind of ["garbage", "cut short", "a directory"] as const) {
  Deno.test(`mcpp serve refuses a database file that is ${kind}, and leaves it alone`, async () => {
    await using dir = await openTempDir();
    const path = `${dir.path}/queue.sqlite`;
    await damageDatabase(dir.path, kind);
    const before = await sizeOf(path);
    assertRefused(await serveFrom(dir.path), {
      exit: EXIT.cannotStart,
      code: kind === "a directory" ? "store_unreadable" : "store_corrupt",
      names: [path, kind === "a directory" ? "Check" : "Restore"],
    });
    assert.equal(await sizeOf(path), before);
  });
}

async function damageDatabase(
  dataDir: string,
  kind: "garbage" | "cut short" | "a directory",
): Promise<void> {
  const path = `${dataDir}/queue.sqlite`;
  if (kind === "a directory") return await Deno.mkdir(path);
  if (kind === "garbage") return await Deno.writeTextFile(path, "garbage ".repeat(1000));
  await using node = await startMcpp({ dataDir, args: ["--no-p2p"] });
  assert.equal(await node.stop(), 0);
  await Deno.truncate(path, Math.floor(await sizeOf(path) / 2));
}

async function sizeOf(path: string): Promise<number> {
  return (await Deno.stat(path)).size;
}

Deno.test("mcpp serve refuses a damaged identity key, and leaves it alone", async () => {
  await using dir = await openTempDir();
  const path = `${dir.path}/identity.key`;
  for (const content of ["not a key", ""]) {
    await Deno.writeTextFile(path, content);
    assertRefused(await serveFrom(dir.path), {
      exit: EXIT.cannotStart,
      code: "identity_invalid",
      names: [path, "Restore", "new peer id"],
    });
    assert.equal(await Deno.readTextFile(path), content);
  }
});

Deno.test("mcpp call refuses a server that is not an MCP server", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("Here be pages", { status: 404 }),
  );
  const url = `http://127.0.0.1:${server.addr.port}/mcp`;
  assertRefused(await runMcpp(["call", "echo", "--url", url]), {
    exit: EXIT.unreachable,
    code: "not_an_mcp_server",
    names: [url, "404", "/mcp"],
  });
});

Deno.test("mcpp call refuses a peer in whose place another answers", async () => {
  await using node = await startMcpp();
  const address = addressOf(node).replace(node.ready.peerId, STRANGER);
  assertRefused(await runMcpp(["call", "echo", '{"text":"hi"}', "--peer", address]), {
    exit: EXIT.unreachable,
    code: "peer_unreachable",
    names: [address, "another peer answers"],
  });
});
