import assert from "node:assert/strict";
import {
  isModernVersion,
  LEGACY_VERSIONS,
  negotiateLegacyVersion,
  NEWEST_LEGACY_VERSION,
} from "../../../../src/mcp/protocol/versions.ts";

Deno.test("isModernVersion knows the revisions without sessions", () => {
  assert.equal(isModernVersion("2026-07-28"), true);
  for (const version of [...LEGACY_VERSIONS, "v999.0.0", "", null, undefined, 1]) {
    assert.equal(isModernVersion(version), false);
  }
});

Deno.test("negotiateLegacyVersion agrees to what is served and else offers the newest", () => {
  for (const version of LEGACY_VERSIONS) assert.equal(negotiateLegacyVersion(version), version);
  for (const version of ["2026-07-28", "1999-01-01", ""]) {
    assert.equal(negotiateLegacyVersion(version), NEWEST_LEGACY_VERSION);
  }
  assert.equal(NEWEST_LEGACY_VERSION, LEGACY_VERSIONS[0]);
});
