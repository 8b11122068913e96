import assert from "node:assert/strict";
import { openTempDir } from "../e2e/run_deno.ts";
import { readOutcomes } from "./outcome.ts";

const TIME = "2026-07-28T01-02-03-004Z";

Deno.test("readOutcomes counts checks by scenario, whose name may have slashes", async () => {
  await using dir = await openTempDir();
  await writeChecks(`${dir.path}/server-ping-${TIME}`, [
    { id: "a", status: "SUCCESS" },
    { id: "b", status: "INFO" },
    { id: "c", status: "FAILURE", errorMessage: "no answer" },
    { id: "d", status: "WARNING" },
  ]);
  await writeChecks(`${dir.path}/auth/basic-${TIME}`, [{ id: "a", status: "SUCCESS" }]);
  assert.deepEqual([...await readOutcomes(dir.path)], [
    ["auth/basic", { passed: 1, problems: [] }],
    ["ping", {
      passed: 1,
      failed: 1,
      warned: 1,
      problems: ["failure c: no answer", "warning d: "],
    }],
  ]);
});

Deno.test("readOutcomes keeps a scenario that checked nothing", async () => {
  await using dir = await openTempDir();
  await writeChecks(`${dir.path}/server-ping-${TIME}`, []);
  assert.equal((await readOutcomes(dir.path)).get("ping")?.passed, 0);
});

async function writeChecks(directory: string, checks: readonly unknown[]): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  await Deno.writeTextFile(`${directory}/checks.json`, JSON.stringify(checks));
}
