import assert from "node:assert/strict";
import { listEnvNames, listSettingGroups, listSettings } from "../../../src/config/mod.ts";
import { schemaOfSetting } from "../../../src/config/settings.ts";

Deno.test("listSettings gives each setting its own flag and environment names", () => {
  const settings = listSettings();
  const flags = settings.flatMap(({ flag }) => flag ?? []);
  assert.equal(new Set(flags).size, flags.length);
  const names = settings.flatMap(({ env, aliases }) => [env, ...aliases.map(({ name }) => name)]);
  assert.equal(new Set(names).size, names.length);
  for (const { flag, env } of settings) {
    assert.match(flag ?? "--a", /^--[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.match(env, /^MCPP_[A-Z0-9_]+$/);
  }
});

Deno.test("listSettings has no flag for a secret and a placeholder for each value", () => {
  for (const setting of listSettings()) {
    assert.equal(setting.flag === undefined, setting.isSecret, setting.path);
    const takesValue = setting.flag !== undefined && setting.type !== "boolean";
    assert.equal(setting.placeholder !== undefined, takesValue, setting.path);
  }
});

Deno.test("listSettings says what kind of value and which default a setting has", () => {
  const find = (path: string) => listSettings().find((setting) => setting.path === path);
  assert.deepEqual(
    ["server.port", "p2p.mdns", "log.level", "p2p.listen", "p2p.announceFile"]
      .map((path) => [find(path)?.type, find(path)?.default, find(path)?.group]),
    [
      ["integer", 8000, "server"],
      ["boolean", true, "p2p"],
      ["choice", "info", "log"],
      ["list", [], "p2p"],
      ["string", undefined, "p2p"],
    ],
  );
  assert.deepEqual(find("log.format")?.choices, ["text", "json"]);
  assert.deepEqual([find("p2p.mdns")?.negatable, find("server.port")?.negatable], [true, false]);
  assert.deepEqual([find("p2p.listen")?.repeatable, find("server.port")?.repeatable], [
    true,
    false,
  ]);
});

Deno.test("listSettings ends every description with a full stop", () => {
  for (const { description } of [...listSettings(), ...listSettingGroups()]) {
    assert.match(description, /^[A-Z].*\.$/);
  }
});

Deno.test("listSettingGroups covers every setting", () => {
  const groups = listSettingGroups().map(({ name }) => name);
  for (const { group } of listSettings()) assert(groups.includes(group), group);
});

Deno.test("listEnvNames lists all that is read, each once", () => {
  const names = listEnvNames();
  assert.equal(new Set(names).size, names.length);
  for (const name of ["MCPP_PORT", "MCP_PORT", "HOME", "NO_COLOR"]) assert(names.includes(name));
});

Deno.test("schemaOfSetting refuses a path that is no setting", () => {
  assert.throws(() => schemaOfSetting("server.prot"), RangeError);
});
