import assert from "node:assert/strict";
import { createComponentLogger } from "../../../../src/network/libp2p/component_logger.ts";
import { FakeLogger } from "../fake_logger.ts";

Deno.test("createComponentLogger passes on errors only, in words", () => {
  const logger = new FakeLogger();
  const raw = createComponentLogger(logger).forComponent("libp2p:tcp").newScope("listener");
  raw("new connection from %a", "/ip4/192.0.2.1");
  raw.trace("bytes %d", 7);
  raw.error("dial to %a failed - %e %x", "/ip4/192.0.2.1", new Error("refused"));
  assert.equal(raw.enabled, false);
  assert.deepEqual(logger.lines, [["debug", "libp2p reported an error", {
    component: "libp2p:tcp:listener",
    error: "dial to /ip4/192.0.2.1 failed - refused %x",
  }]]);
});

Deno.test("createComponentLogger keeps the errors of components apart", () => {
  const logger = new FakeLogger();
  const components = createComponentLogger(logger);
  const [first, second] = [components.forComponent("a"), components.forComponent("b")];
  first.error("one");
  second.error("two");
  assert.deepEqual(logger.lines.map(([, , fields]) => fields.component), ["a", "b"]);
});

Deno.test("createComponentLogger without a logger is silent", () => {
  createComponentLogger(undefined).forComponent("a").error("nothing");
});
