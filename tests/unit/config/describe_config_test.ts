import assert from "node:assert/strict";
import { createConfig, describeConfig, listSettings } from "../../../src/config/mod.ts";

Deno.test("describeConfig hides every secret and changes nothing else", () => {
  const secret = "s3cret";
  const config = createConfig({
    dataDir: "/d",
    p2p: { token: secret },
    discovery: { githubToken: secret },
  }, { env: {} });
  const hidden = "(hidden)";
  assert.deepEqual(describeConfig(config), {
    ...config,
    p2p: { ...config.p2p, token: hidden },
    discovery: { ...config.discovery, githubToken: hidden },
  });
  const secrets = listSettings().filter(({ isSecret }) => isSecret).map(({ path }) => path);
  assert.deepEqual(
    secrets,
    ["p2p.token", "discovery.githubToken"],
    "each of these has to be hidden",
  );
});

Deno.test("describeConfig shows that there is no secret", () => {
  assert.equal(describeConfig(createConfig({ dataDir: "/d" }, { env: {} })).p2p.token, "");
});
