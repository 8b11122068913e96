import assert from "node:assert/strict";
import { createFarSide } from "../../../../src/mcp/relay/mod.ts";
import { MemoryLogger } from "../sample_tools.ts";

const logger = new MemoryLogger();

Deno.test("createFarSide names a server without what is secret in its URL", () => {
  const far = createFarSide({ url: "http://user:pass@example.org/mcp?key=pass" }, { logger });
  assert.equal(far.name, "http://example.org/mcp?…");
  const older = { url: "http://example.org/sse?key=pass", transport: "sse" } as const;
  assert.throws(() => createFarSide(older, { logger }), { server: "http://example.org/sse?…" });
});

Deno.test("createFarSide refuses servers that messages cannot be relayed to", () => {
  const code = { code: "not_relayable" };
  assert.throws(() => createFarSide({ command: "deno" }, { logger }), code);
  const older = { url: "http://example.org/sse", transport: "sse" } as const;
  assert.throws(() => createFarSide(older, { logger }), code);
});
