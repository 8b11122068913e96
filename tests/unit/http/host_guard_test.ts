import assert from "node:assert/strict";
import { guardHost, type HostGuardOptions } from "../../../src/http/host_guard.ts";

function verdict(
  headers: Record<string, string>,
  options: Partial<HostGuardOptions> = {},
): string {
  const { allowedHosts = [], allowedOrigins = [], corsOrigins = [] } = options;
  const rules = { allowedHosts, allowedOrigins, corsOrigins };
  const decision = guardHost(new Headers(headers), rules);
  return decision.ok ? "ok" : decision.code;
}

Deno.test("guardHost always admits the names of loopback", () => {
  for (
    const name of ["localhost", "LOCALHOST", "app.localhost", "127.0.0.1", "127.1.2.3", "[::1]"]
  ) {
    assert.equal(verdict({ host: name }), "ok", name);
    assert.equal(verdict({ host: `${name}:8000`, origin: `http://${name}:3000` }), "ok", name);
  }
});

Deno.test("guardHost refuses names that merely look like loopback", () => {
  const names = [
    "",
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "notlocalhost",
    "localhost:80:80",
    "0.0.0.0",
    "128.0.0.1",
    "localhost@evil.example",
  ];
  for (const host of names) assert.equal(verdict({ host }), "host_refused", host);
});

Deno.test("guardHost admits configured hosts, with any port or the one given", () => {
  const options = { allowedHosts: ["node.example", "other.example:8000"] };
  assert.equal(verdict({ host: "Node.Example:1234" }, options), "ok");
  assert.equal(verdict({ host: "other.example:8000" }, options), "ok");
  assert.equal(verdict({ host: "other.example:8001" }, options), "host_refused");
});

Deno.test("guardHost refuses the pages of other origins", () => {
  const host = "localhost:8000";
  for (
    const origin of ["https://evil.example", "null", "file://", "http://localhost.evil.example"]
  ) {
    assert.equal(verdict({ host, origin }), "origin_refused", origin);
  }
  assert.equal(
    verdict({ host, origin: "https://a.example" }, { corsOrigins: ["https://a.example"] }),
    "ok",
  );
  assert.equal(
    verdict({ host, origin: "http://a.example" }, { corsOrigins: ["https://a.example"] }),
    "origin_refused",
  );
  assert.equal(verdict({ host, origin: "https://evil.example" }, { corsOrigins: ["*"] }), "ok");
});

Deno.test("guardHost admits origins whose pages may call, whether or not they may read answers", () => {
  const host = "localhost:8000";
  const origin = "https://a.example";
  for (const origins of [[origin], ["*"], ["https://b.example", origin]]) {
    assert.equal(verdict({ host, origin }, { allowedOrigins: origins }), "ok");
    assert.equal(verdict({ host, origin }, { corsOrigins: origins }), "ok");
  }
  assert.equal(
    verdict({ host, origin }, { allowedOrigins: ["https://b.example"] }),
    "origin_refused",
  );
});

Deno.test("guardHost says which option would admit the request", () => {
  const options = { allowedHosts: [], allowedOrigins: [], corsOrigins: [] };
  const byHost = guardHost(new Headers({ host: "a.example" }), options);
  assert.match(
    byHost.ok ? "" : byHost.message,
    /host "a\.example"\. Add the name with the option allowed-host/,
  );
  const byOrigin = guardHost(
    new Headers({ host: "localhost", origin: "https://a.example" }),
    options,
  );
  assert.match(byOrigin.ok ? "" : byOrigin.message, /option cors-origin, or with allowed-origin/);
});
