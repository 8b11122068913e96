import assert from "node:assert/strict";

Deno.test("configureLogging writes whole lines to standard error, nothing to standard output", async () => {
  const code = `
    import { configureLogging, getLogger } from "./src/telemetry/mod.ts";
    configureLogging({ format: "json" });
    getLogger("worker").info("Task done", { text: "x".repeat(1900), items: Array(40).fill("y".repeat(1900)) });
    Deno.exit(0);
  `;
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--ext=ts", code],
    cwd: new URL("../../../", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  const stderr = new TextDecoder().decode(output.stderr);
  assert.equal(output.stdout.length, 0);
  assert(stderr.endsWith("\n"));
  assert.equal(JSON.parse(stderr).items.length, 40);
});
