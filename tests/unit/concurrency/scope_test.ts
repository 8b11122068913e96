import assert from "node:assert/strict";
import {
  currentScope,
  requireScope,
  runTaskGroup,
  systemClock,
} from "../../../src/concurrency/mod.ts";

Deno.test("currentScope is undefined outside of all scopes, and requireScope throws", () => {
  assert.equal(currentScope(), undefined);
  assert.throws(() => requireScope(), {
    name: "TypeError",
    message: "Cannot get scope as the code does not run in a task group",
  });
});

Deno.test("currentScope is the group, with its signal, also after waiting", async () => {
  await runTaskGroup(async (_group, signal) => {
    await systemClock.sleep(0);
    assert.equal(requireScope().name, "import");
    assert.equal(requireScope().signal, signal);
    assert.equal(requireScope().parent, undefined);
  }, { name: "import" });
  assert.equal(currentScope(), undefined);
});

Deno.test("currentScope keeps concurrent groups apart", async () => {
  await Promise.all(["a", "b"].map((name) =>
    runTaskGroup(async () => {
      await systemClock.sleep(0);
      assert.equal(currentScope()?.name, name);
    }, { name })
  ));
});
