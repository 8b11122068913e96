import assert from "node:assert/strict";
import { checkBind } from "../../../../src/doctor/step/bind.ts";
import { findFreeAddress, listenOnPort, sayNothing } from "../listeners.ts";

const STOPPED = { isRunning: false };
const RUNNING = { isRunning: true };

Deno.test("checkBind is fine with a free address, before the node is started", () => {
  const { finding } = checkBind([findFreeAddress(), "/ip4/127.0.0.1/tcp/0"], STOPPED);
  assert.equal(finding.status, "ok");
  assert.match(finding.message, /is free; The system chooses a port of 127\.0\.0\.1/);
  assert.partialDeepStrictEqual(finding.details, { isRunning: false });
});

Deno.test("checkBind fails if another program has the port", async () => {
  await using other = listenOnPort(sayNothing);
  const { finding } = checkBind([findFreeAddress(), other.multiaddr], STOPPED);
  assert.partialDeepStrictEqual(finding, { status: "failed", code: "port_in_use" });
  assert.match(finding.hint ?? "", /--p2p-port/);
});

Deno.test("checkBind takes a used port for the node's own while that runs", async () => {
  await using other = listenOnPort(sayNothing);
  assert.equal(checkBind([other.multiaddr], RUNNING).finding.status, "ok");
});

Deno.test("checkBind warns if the node runs and does not listen there", () => {
  const { finding } = checkBind([findFreeAddress()], RUNNING);
  assert.partialDeepStrictEqual(finding, { status: "warning", code: "not_listening" });
});

Deno.test("checkBind fails for an address of another machine", () => {
  const { finding } = checkBind(["/ip4/192.0.2.1/tcp/9710"], STOPPED);
  assert.partialDeepStrictEqual(finding, { status: "failed", code: "address_unavailable" });
});
