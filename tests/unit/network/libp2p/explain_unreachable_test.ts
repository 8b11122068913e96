import assert from "node:assert/strict";
import { toListenError } from "../../../../src/network/libp2p/listen_error.ts";
import { explainUnreachable } from "../../../../src/network/libp2p/explain_unreachable.ts";

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

Deno.test("explainUnreachable says in words what went wrong", () => {
  const refused = new Error("connection error 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1");
  const table: [unknown, RegExp][] = [
    [refused, /^nobody listens/],
    [new AggregateError([refused, named("TimeoutError", "")]), /^nobody listens/],
    [
      named("EncryptionFailedError", "Payload identity key A does not match expected B"),
      /^another/,
    ],
    [named("EncryptionFailedError", "Missing newline"), /does not speak libp2p/],
    [named("EncryptionFailedError", "write EPIPE"), /during the handshake/],
    [named("NoValidAddressesError", ""), /cannot dial/],
    [new Error("getaddrinfo ENOTFOUND host"), /^its name/],
    [named("TimeoutError", "The operation timed out"), /in time/],
    [named("DialDeniedError", ""), /lets it in no more/],
    [named("ConnectionInterceptedError", ""), /lets it in no more/],
    [new Error("odd\nstack"), /^the connection failed \(odd\)$/],
    ["odd", /^the connection failed \(odd\)$/],
  ];
  for (const [error, expected] of table) {
    assert.match(explainUnreachable(error).reason, expected);
  }
});

Deno.test("explainUnreachable says what to do where the usual advice does not help", () => {
  const table: [unknown, RegExp | undefined][] = [
    [
      named("UnexpectedEOFError", "Unexpected EOF"),
      /revoked or banned .* swarm key.* mcpp doctor/,
    ],
    [named("EncryptionFailedError", "does not match expected B"), /mcpp doctor/],
    [named("DialDeniedError", ""), /mcpp peers trust /],
    [named("DialError", "Tried to dial self"), /another node/],
    [new Error("getaddrinfo ENOTFOUND host"), /DNS/],
    [named("EncryptionFailedError", "Missing newline"), /9710/],
    [new Error("connect ECONNREFUSED 127.0.0.1:1"), undefined],
    [named("Error", "failed to connect via relay with status NO_RESERVATION"), /--relay-peer/],
    [
      named("Error", "failed to connect via relay with status CONNECTION_FAILED"),
      /revoked or banned/,
    ],
    [named("Error", "failed to connect via relay with status RESOURCE_LIMIT_EXCEEDED"), /later/],
    ["odd", undefined],
  ];
  for (const [error, expected] of table) {
    const { hint } = explainUnreachable(error);
    if (expected === undefined) assert.equal(hint, undefined);
    else assert.match(hint ?? "", expected);
  }
});

Deno.test("toListenError says what to do", () => {
  const table: [string, RegExp, RegExp][] = [
    ["listen EADDRINUSE: address already in use 127.0.0.1:1", /port is in use/, /another port/],
    ["listen EADDRNOTAVAIL", /not belong to this machine/, /0\.0\.0\.0/],
    ["listen EACCES: permission denied 0.0.0.0:80", /not permitted/, /1023/],
    ["getaddrinfo ENOTFOUND x", /does not resolve/, /IP address/],
    ["UnsupportedListenAddressError", /not a TCP address/, /tcp/],
  ];
  for (const [text, reason, hint] of table) {
    const error = toListenError(["/ip4/192.0.2.1/tcp/80"], new Error(text));
    assert.match(error.message, reason);
    assert.match(error.message, /"\/ip4\/192\.0\.2\.1\/tcp\/80"/);
    assert.match(error.hint ?? "", hint);
  }
  assert.equal(toListenError([], new Error("odd")).hint, undefined);
});
