import assert from "node:assert/strict";
import { suggest } from "../../../src/config/suggest.ts";

const KNOWN = ["server.port", "server.host", "server.name", "worker.name", "log.level"];

Deno.test("suggest finds a name with a slip", () => {
  assert.equal(suggest("server.prot", KNOWN), "server.port");
  assert.equal(suggest("server.hosts", KNOWN), "server.host");
  assert.equal(suggest("log.Level", KNOWN), "log.level");
});

Deno.test("suggest finds the right group when only one has the member", () => {
  assert.equal(suggest("http.port", KNOWN), "server.port");
  assert.equal(suggest("level", KNOWN), "log.level");
});

Deno.test("suggest stays silent when nothing is near or several are as good", () => {
  assert.equal(suggest("p2p.name", KNOWN), undefined);
  assert.equal(suggest("colour", KNOWN), undefined);
  assert.equal(suggest("x", []), undefined);
});
