import assert from "node:assert/strict";
import {
  AllServersFailedError,
  CallTimeoutError,
  ConnectionLostError,
  NotMcpServerError,
  RemoteProtocolError,
  ServerTimeoutError,
  ServerUnauthorizedError,
  ServerUnavailableError,
  ServerUnreachableError,
  SessionLostError,
  UnknownToolError,
} from "../../../../src/mcp/client/mod.ts";
import { hadNoEffect, isPassing } from "../../../../src/mcp/client/is_passing.ts";

const URL = "http://127.0.0.1/mcp";

/** Errors, whether they may be over in a moment, and whether the request certainly did nothing. */
const ERRORS: readonly (readonly [Error, boolean, boolean])[] = [
  [new ServerUnreachableError(URL), true, true],
  [new ServerUnavailableError(URL), true, true],
  [new SessionLostError(URL), true, true],
  [new ConnectionLostError(URL, undefined, false), true, true],
  [new ConnectionLostError(URL), true, false],
  [new ServerTimeoutError(URL, 1), true, false],
  [new CallTimeoutError("x", 1), false, false],
  [new NotMcpServerError(URL, "x"), false, false],
  [new ServerUnauthorizedError(URL), false, false],
  [new RemoteProtocolError(URL, { rpcCode: -32603, message: "x" }), false, false],
  [new UnknownToolError("x"), false, false],
  [new TypeError("bug"), false, false],
];

for (const [error, passes, hadNone] of ERRORS) {
  Deno.test(`isPassing and hadNoEffect of ${error.name}, ${passes} and ${hadNone}`, () => {
    assert.deepEqual([isPassing(error), hadNoEffect(error)], [passes, hadNone]);
  });
}

Deno.test("isPassing of several servers is that of any", () => {
  const [passing, lasting] = [new SessionLostError(URL), new ServerUnauthorizedError(URL)];
  assert.equal(isPassing(new AllServersFailedError([lasting, passing])), true);
  assert.equal(isPassing(new AllServersFailedError([lasting, lasting])), false);
});
