import assert from "node:assert/strict";
import { createConfig, describeConfig, listSettings } from "../../../src/config/mod.ts";

Deno.test("describeConfig hides every secret and changes nothing else", () => {
  const config = createConfig({ dataDir: "/d", p2p: { token: "s3cret" } }, { env: {} });
  const described = describeConfig(config);
  assert.deepEqual(described, { ...config, p2p: { ...config.p2p, token: "(hidden)" } });
  const secrets = listSettings().filter(({ isSecret }) => isSecret).map(({ path }) => path);
  assert.deepEqual(secrets, ["p2p.token"], "describeConfig has to hide each of these");
});

Deno.test("describeConfig shows that there is no secret", () => {
  assert.equal(describeConfig(createConfig({ dataDir: "/d" }, { env: {} })).p2p.token, "");
});
