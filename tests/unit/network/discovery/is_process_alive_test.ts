import assert from "node:assert/strict";
import { isProcessAlive } from "../../../../src/network/discovery/is_process_alive.ts";

Deno.test("isProcessAlive tells living processes from dead ones", async () => {
  assert.equal(isProcessAlive(Deno.pid), true);
  const child = new Deno.Command(Deno.execPath(), { args: ["eval", ""] }).spawn();
  await child.status;
  assert.equal(isProcessAlive(child.pid), false);
});

Deno.test("isProcessAlive does not know what it may not know", {
  permissions: { run: false, read: true },
}, () => {
  assert.equal(isProcessAlive(99_999_999), undefined);
});
