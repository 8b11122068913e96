import assert from "node:assert/strict";
import { listEnvNames, readEnv } from "../../../src/config/mod.ts";

Deno.test("readEnv gives the known variables that are set, and no others", () => {
  const env = readEnv();
  assert(Object.keys(env).every((name) => listEnvNames().includes(name)));
  assert.equal(env["HOME"], Deno.env.get("HOME"));
  assert.equal(env["PATH"], undefined);
});
