import assert from "node:assert/strict";
import { type Config, ConfigError, createConfig } from "../../../src/config/mod.ts";
import type { z } from "zod";
import type { configSchema } from "../../../src/config/schema.ts";

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
type Equal<A, B> = [A, B] extends [B, A] ? true : false;

const PEER = "12D3KooWGRUTqcVeSHMDNLdmCW4ZCzbEzqBWYQMw9VLXdCNwsPCZ";

/** Paths of what is wrong with one setting's value. */
function problemsWith(group: string, member: string, value: unknown): readonly string[] {
  try {
    createConfig({ dataDir: "/d", [group]: { [member]: value } }, { env: {}, cwd: "/" });
    return [];
  } catch (error) {
    assert(error instanceof ConfigError, String(error));
    return error.problems.map(({ path }) => path);
  }
}

Deno.test("Config is exactly what the schema gives", () => {
  const isSame: Equal<Config, DeepReadonly<z.infer<typeof configSchema>>> = true;
  assert(isSame);
});

const ACCEPTED: Readonly<Record<string, readonly unknown[]>> = {
  "server.port": [0, 65_535],
  "server.host": ["::1", "localhost", "0.0.0.0"],
  "server.mountPath": ["/mcp", "/a/b-c"],
  "server.corsOrigins": [["*"], ["https://a.example", "http://127.0.0.1:3000"]],
  "server.allowedHosts": [["a.example:8443"]],
  "p2p.listen": [["/ip4/127.0.0.1/tcp/0", "/dns4/a.example/tcp/1"]],
  "p2p.bootstrapPeers": [[`/ip4/1.2.3.4/tcp/9710/p2p/${PEER}`], ["/dnsaddr/example.org"]],
  "p2p.allowPeers": [[
    PEER,
    "QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN",
    "k51qzi5uqu5dhwsjpwdsnlp5ehe0lvtryw6ftn6ccq2vuxxhzaj6vy0bjmzyx7",
    "bafzaajaiaejcal72gwuz2or47oyxxn6b3rkwdmmkrxgkjxzy3rqt5kczyn7lcm3l",
  ]],
  "p2p.publicIp": ["auto", "203.0.113.9", "2001:db8::1"],
  "p2p.announceFile": [false, "/a"],
  "p2p.token": ["", "two words, ünïcode"],
  "text.endpoint": ["", "http://127.0.0.1:11434/v1", "https://a.example"],
  "shutdown.graceMs": [0, 8000],
};

const REFUSED: Readonly<Record<string, readonly unknown[]>> = {
  "server.port": [-1, 65_536, 1.5, "8000", null],
  "server.host": ["", "http://a", "a b"],
  "server.mountPath": ["mcp", "/", "/mcp/", "/a?b"],
  "server.corsOrigins": [["https://a.example/"], ["a.example"], ["null"], "*"],
  "p2p.enabled": ["yes", 1],
  "p2p.listen": [["127.0.0.1:0"], ["/"], ["/ip4/1.2.3.4/tcp/1 "]],
  "p2p.bootstrapPeers": [["/ip4/1.2.3.4/tcp/9710"], ["/dnsaddr"], ["/dnsaddr/a/tcp/1"]],
  "p2p.allowPeers": [["12D3"], ["*"]],
  "p2p.publicIp": ["a.example", ""],
  "p2p.announceFile": [true, ""],
  "p2p.token": ["a\nb"],
  "worker.concurrency": [0, 1025],
  "worker.taskTypes": [["a b"]],
  "queue.leaseMs": [999],
  "text.endpoint": ["a.example", "ftp://a.example"],
  "log.level": ["verbose", "DEBUG"],
  "shutdown.graceMs": [8001],
};

for (const [path, values] of Object.entries(ACCEPTED)) {
  const [group = "", member = ""] = path.split(".");
  Deno.test(`configSchema accepts what ${path} may be`, () => {
    for (const value of values) {
      assert.deepEqual(problemsWith(group, member, value), [], `${value}`);
    }
  });
}

for (const [path, values] of Object.entries(REFUSED)) {
  const [group = "", member = ""] = path.split(".");
  Deno.test(`configSchema refuses what ${path} may not be`, () => {
    for (const value of values) {
      const problems = problemsWith(group, member, value);
      assert.equal(problems.length, 1, `${JSON.stringify(value)} gave ${problems}`);
      assert(problems[0]?.startsWith(path), String(problems[0]));
    }
  });
}
