import assert from "node:assert/strict";
import { ConfigError, createConfig } from "../../../src/config/mod.ts";

Deno.test("createConfig completes a part and allows secrets", () => {
  const config = createConfig({
    dataDir: "data",
    p2p: { token: "t", announceFile: false },
    server: { port: undefined },
  }, { env: {}, cwd: "/cwd" });
  assert.equal(config.dataDir, "/cwd/data");
  assert.equal(config.p2p.token, "t");
  assert.equal(config.server.port, 8000);
});

Deno.test("createConfig reads no settings from the environment", () => {
  const config = createConfig({}, { env: { HOME: "/h", MCPP_PORT: "1" }, cwd: "/" });
  assert.equal(config.server.port, 8000);
  assert.equal(config.dataDir, "/h/.local/share/mcpp");
});

Deno.test("createConfig says that a bad value was given by the program", () => {
  assert.throws(
    () => createConfig({ dataDir: "/d", server: { port: -1 } }, { env: {} }),
    (error) => {
      assert(error instanceof ConfigError);
      assert.equal(error.code, "config_invalid");
      assert.deepEqual(error.problems.map(({ source, got }) => [source, got]), [
        ["given configuration", "-1"],
      ]);
      return true;
    },
  );
});
