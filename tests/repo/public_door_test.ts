import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { ADAPTER_DOORS, listSourceFiles, ROOT } from "./source_tree.ts";

const exports: Record<string, string> = manifest.exports;
const doors = (await listSourceFiles("src"))
  .filter((path) => /^src\/[^/]+\/mod\.ts$/.test(path))
  .concat(ADAPTER_DOORS);

Deno.test("every public symbol of every door is documented", async () => {
  // All at once: a door alone does not know the types that it takes from others.
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", "mod.ts", ...doors],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
});

Deno.test("deno.json exports doors only", () => {
  const known = new Set(["./mod.ts", ...doors.map((door) => `./${door}`)]);
  assert.deepEqual(Object.values(exports).filter((path) => !known.has(path)), []);
});

Deno.test("mod.ts offers what the library promises", async () => {
  const door = await import("../../mod.ts");
  const promised = [
    "createServer",
    "createClient",
    "callTool",
    "runTaskGroup",
    "echo",
    "submitTask",
    "MerkleClock",
    "taskHash",
    "workflowTaskHash",
    "merkleRoot",
    "hammingDistance",
    "selectOwner",
    "pythonJson",
  ];
  assert.deepEqual(promised.filter((name) => !(name in door)), []);
});

Deno.test("all tasks that run mcpp give it the same permissions, but only clients may start programs", () => {
  const { mcpp, serve, worker } = manifest.tasks;
  const node = mcpp.command.replace(" --allow-run", "");
  assert.notEqual(node, mcpp.command);
  assert.equal(serve.command, `${node} serve`);
  assert.equal(worker.command, `${node} worker`);
});
