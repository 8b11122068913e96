import assert from "node:assert/strict";
import { listSettings } from "../../../src/config/mod.ts";
import { generateDocs } from "../../../src/config/generate_docs.ts";
import { generateJsonSchema } from "../../../src/config/generate_json_schema.ts";
import { listGeneratedFiles } from "../../../src/config/write_generated.ts";

for (const { url, text } of listGeneratedFiles()) {
  const name = url.pathname.split("/").slice(-2).join("/");
  Deno.test(`listGeneratedFiles agrees with the committed ${name}`, async () => {
    const hint = "run: deno run -A src/config/write_generated.ts";
    assert.equal(await Deno.readTextFile(url), text, hint);
  });
}

Deno.test("generateDocs names every setting, flag and environment name", () => {
  const docs = generateDocs();
  for (const { path, flag, env, aliases } of listSettings()) {
    for (const name of [path, flag ?? env, env, ...aliases.map(({ name }) => name)]) {
      assert(docs.includes(`\`${name}\``), name);
    }
  }
});

Deno.test("generateJsonSchema describes every setting but secrets, and nothing else", () => {
  const { properties, additionalProperties } = JSON.parse(generateJsonSchema());
  assert.equal(additionalProperties, false);
  for (const { path, isSecret, description, default: value } of listSettings()) {
    const [first = "", second] = path.split(".");
    const schema = second === undefined ? properties[first] : properties[first].properties[second];
    assert.equal(schema?.description, isSecret ? undefined : description, path);
    if (!isSecret) assert.deepEqual(schema.default, value, path);
  }
  assert.equal(properties.server.additionalProperties, false);
  assert.deepEqual(properties.p2p.properties.announceFile.anyOf[0].const, false);
});
