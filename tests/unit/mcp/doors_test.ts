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
    /@modelcontextprotocol\/server|libp2p|src\/network|logtape|node:sqlite/.test(name)
  );
  assert.deepEqual(unwanted, []);
});

Deno.test("mcp/server loads neither the client's package nor libp2p", async () => {
  const modules = await modulesOf("../../../src/mcp/server/mod.ts");
  assert.ok(modules.some((name) => name.includes("@modelcontextprotocol/server")));
  const unwanted = modules.filter((name) => /@modelcontextprotocol\/client|libp2p/.test(name));
  assert.deepEqual(unwanted, []);
});
