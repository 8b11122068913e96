import assert from "node:assert/strict";
import { PeerUnreachableError, StreamResetError } from "../../../../src/network/mod.ts";
import { RpcClosedError } from "../../../../src/rpc/mod.ts";
import { LeaseLostError } from "../../../../src/task/mod.ts";
import {
  PeerProtocolError,
  PeerTimeoutError,
  RemoteError,
} from "../../../../src/taskqueue/errors.ts";
import { isRetryable } from "../../../../src/taskqueue/remote/retry_policy.ts";

const ASKED = { op: "claim", peerId: "peer" };

function closed(isSent: boolean): PeerProtocolError {
  const cause = new RpcClosedError("peer", { reason: "it is over", isSent });
  return new PeerProtocolError("closed", { ...ASKED, cause });
}

/** Errors with whether a request is sent again: one that may be repeated, and one that may not. */
const CASES: Readonly<Record<string, readonly [Error, boolean, boolean]>> = {
  "a peer that was not reached": [new PeerUnreachableError("peer", "nobody is there"), true, true],
  "a stream that ended before the request": [closed(false), true, true],
  "a stream that ended after the request": [closed(true), true, false],
  "a stream that was reset": [
    new StreamResetError("peer", "/p", { reason: "it broke" }),
    true,
    false,
  ],
  "a peer that took too long": [new PeerTimeoutError(1, ASKED), true, false],
  "a busy store": [new RemoteError({ ...ASKED, code: "store_busy" }), true, true],
  "too many requests": [new RemoteError({ ...ASKED, code: "rate_limited" }), true, true],
  "a refusal": [new RemoteError({ ...ASKED, code: "unauthorized" }), false, false],
  nonsense: [new PeerProtocolError("invalid_reply", ASKED), false, false],
  "a lost lease": [new LeaseLostError("x"), false, false],
};

for (const [title, [error, whenRepeatable, whenNot]] of Object.entries(CASES)) {
  Deno.test(`isRetryable knows what to do about ${title}`, () => {
    assert.equal(isRetryable(error, true), whenRepeatable);
    assert.equal(isRetryable(error, false), whenNot);
  });
}
