import assert from "node:assert/strict";
import fc from "fast-check";
import { CookieJar } from "../../../../../src/network/discovery/rendezvous/cookie.ts";

Deno.test("CookieJar opens what it has sealed, for the same namespace only", () => {
  const jar = new CookieJar();
  const namespace = fc.option(fc.string({ minLength: 1, maxLength: 255 }), { nil: undefined });
  fc.assert(fc.property(fc.maxSafeNat(), namespace, namespace, (serial, place, other) => {
    const cookie = jar.seal(serial, place);
    assert.equal(jar.open(cookie, place), serial);
    if (other !== place) assert.equal(jar.open(cookie, other), undefined);
  }));
});

Deno.test("CookieJar opens no cookie of another run", () => {
  assert.equal(new CookieJar().open(new CookieJar().seal(1, "a"), "a"), undefined);
});

Deno.test("CookieJar opens nothing else, whatever it is", () => {
  const jar = new CookieJar();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
    assert.equal(jar.open(bytes, "a"), undefined);
    assert.equal(jar.open(bytes, undefined), undefined);
  }));
});
