import assert from "node:assert/strict";
import fc from "fast-check";
import fixture from "../../../../fixtures/registry/comment.json" with { type: "json" };
import {
  decodeRegistryComment,
  encodeRegistryComment,
} from "../../../../../src/network/discovery/registry/registry_comment.ts";
import {
  decodeEntry,
  encodeEntry,
  type RegistryEntry,
} from "../../../../../src/network/discovery/registry/registry_entry.ts";
import { toRunnerName } from "../../../../../src/network/discovery/registry/runner_name.ts";

const PREFIX = "p2p-peer-registry";
const { input } = fixture;
const ENTRY: RegistryEntry = {
  peerId: input.peer_id,
  runnerName: input.runner_name,
  publicIp: input.public_ip,
  listenPort: input.listen_port,
  multiaddr: input.multiaddr,
  lastSeenMs: Date.parse("2026-02-13T23:58:00Z") + 123.456,
  metadata: {},
};

Deno.test("encodeRegistryComment() gives the bytes that Python gives", () => {
  assert.equal(encodeRegistryComment(PREFIX, ENTRY), fixture.body);
});

Deno.test("decodeRegistryComment() reads the bytes that Python gives", () => {
  const comment = decodeRegistryComment(PREFIX, fixture.body);
  assert.equal(comment?.runnerName, "runner-é");
  const { lastSeenMs = 0, ...entry } = comment?.entry ?? {};
  assert.deepEqual({ ...entry, lastSeenMs: Math.round(lastSeenMs * 1000) }, {
    ...ENTRY,
    lastSeenMs: Math.round(ENTRY.lastSeenMs * 1000),
  });
});

Deno.test("decodeRegistryComment() is not confused by a runner's name", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
    fc.pre(text.trim() !== "");
    const body = encodeRegistryComment(PREFIX, { ...ENTRY, runnerName: text });
    const comment = decodeRegistryComment(PREFIX, body);
    assert.equal(comment?.runnerName, toRunnerName(text));
    assert.equal(comment?.entry?.runnerName, toRunnerName(text));
    assert.equal(comment?.entry?.multiaddr, ENTRY.multiaddr);
  }));
});

Deno.test("decodeRegistryComment() never throws", () => {
  const lines = fc.constantFrom(
    `<!-- ${PREFIX}:`,
    "x -->\n",
    "```json\n",
    "\n```",
    "{",
    "}",
    '"',
    "\r\n",
  );
  fc.assert(fc.property(fc.array(fc.oneof(lines, fc.string())), (parts) => {
    decodeRegistryComment(PREFIX, parts.join(""));
    decodeRegistryComment(PREFIX, `<!-- ${PREFIX}:x -->\n\`\`\`json\n${parts.join("")}\n\`\`\`\n`);
  }));
});

Deno.test("decodeRegistryComment() tells a comment of another kind from a spoilt one", () => {
  assert.equal(decodeRegistryComment(PREFIX, "Nice registry!"), undefined);
  assert.equal(decodeRegistryComment(PREFIX, `> <!-- ${PREFIX}:x -->`), undefined);
  assert.equal(decodeRegistryComment("other", fixture.body), undefined);
  const spoilt = decodeRegistryComment(PREFIX, `<!-- ${PREFIX}:x -->\nHello`);
  assert.deepEqual(spoilt, { runnerName: "x", entry: undefined });
});

Deno.test("decodeEntry() reads back what encodeEntry() writes, which is ASCII with sorted members", () => {
  const texts = fc.string({ unit: "binary" });
  const metadata = fc.dictionary(texts, fc.oneof(texts, fc.integer(), fc.boolean()));
  fc.assert(fc.property(texts, metadata, (multiaddr, extra) => {
    const entry = { ...ENTRY, multiaddr, metadata: extra, lastSeenMs: 1_700_000_000_123 };
    const text = encodeEntry(entry);
    assert.match(text, /^[\n\x20-\x7e]*$/);
    assert.deepEqual(
      JSON.parse(JSON.stringify(decodeEntry(text))),
      JSON.parse(JSON.stringify(entry)),
    );
  }));
  const names = [...encodeEntry(ENTRY).matchAll(/^ {2}"(\w+)"/gm)].map(([, name]) => name);
  assert.deepEqual(names, [...names].sort());
});

Deno.test("decodeEntry() does without what it does not need", () => {
  const { "public_ip": _ip, "listen_port": _port, metadata: _metadata, ...needed } = input;
  assert.deepEqual(
    { ...decodeEntry(JSON.stringify(needed)), lastSeenMs: 0 },
    { ...ENTRY, publicIp: "", listenPort: 0, lastSeenMs: 0 },
  );
});
