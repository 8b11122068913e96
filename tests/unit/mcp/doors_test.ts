import assert from "node:assert/strict";

/** Everything that a module loads, types left out. */
async function modulesOf(path: string): Promise<readonly string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", new URL(path, import.meta.url).href],
  }).output();
  const graph = JSON.parse(new TextDecoder().decode(stdout));
  const loaded = new Set<string>();
  const byName = new Map<string, { dependencies?: { code?: { specifier: string } }[] }>(
    graph.modules.map((module: { specifier: string }) => [module.specifier, module]),
  );
  const visit = (specifier: string): void => {
    const name = graph.redirects?.[specifier] ?? specifier;
    if (loaded.has(name)) return;
    loaded.add(name);
    for (const { code } of byName.get(name)?.dependencies ?? []) {
      if (code !== undefined) visit(code.specifier);
    }
  };
  for (const root of graph.roots) visit(root);
  return [...loaded];
}

Deno.test("mcp/client loads neither the server's package nor libp2p", async () => {
  const modules = await modulesOf("../../../src/mcp/client/mod.ts");
  assert.ok(modules.some((name) => name.includes("@modelcontextprotocol/client")));
  const unwanted = modules.filter((name) =>
    /@modelcontextprotocol\/server|libp2p|src\/network\/(?!conduct\/)|logtape|node:sqlite/.test(
      name,
    )
  );
  assert.deepEqual(unwanted, []);
});

Deno.test("mcp/server loads no package but zod, and that of the logs", async () => {
  const modules = await modulesOf("../../../src/mcp/server/mod.ts");
  const packages = modules.filter((name) => /^(npm|jsr):|node_modules/.test(name));
  assert.deepEqual(packages.filter((name) => !/\b(zod|logtape)@/.test(name)), []);
  assert.deepEqual(
    modules.filter((name) => /libp2p|src\/network\/(?!conduct\/)|node:sqlite/.test(name)),
    [],
  );
});
