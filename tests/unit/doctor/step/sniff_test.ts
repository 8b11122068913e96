import assert from "node:assert/strict";
import { systemClock } from "../../../../src/concurrency/mod.ts";
import { sniff } from "../../../../src/doctor/step/sniff.ts";
import { type Answer, listenOnPort, sayAlways, sayNothing, toResolved } from "../listeners.ts";

const OPTIONS = { timeoutMs: 300, clock: systemClock, signal: new AbortController().signal };
const TLS_ALERT = Uint8Array.of(0x15, 3, 1, 0, 2, 2, 70);

/** Answers HTTP only, as servers that take anything else for the beginning of a long request. */
const answerHttp: Answer = async (connection, asked) => {
  if (!new TextDecoder().decode(asked).startsWith("GET ")) return;
  await connection.write(new TextEncoder().encode("HTTP/1.0 404 Not Found\r\n\r\n"));
};

const LISTENERS: readonly (readonly [string, Answer, object])[] = [
  ["a program that says nothing", sayNothing, { kind: "silent" }],
  ["a program that hangs up", (connection) => connection.close(), { kind: "closing" }],
  ["an HTTP server", answerHttp, { kind: "http", said: "HTTP/1.0 404 Not Found" }],
  ["an HTTP server that refuses", sayAlways("HTTP/1.1 400 Bad Request\r\n\r\n"), { kind: "http" }],
  ["an SSH server", sayAlways("SSH-2.0-OpenSSH_9.6\r\n"), {
    kind: "ssh",
    said: "SSH-2.0-OpenSSH_9.6",
  }],
  ["a TLS server", async (connection) => {
    await connection.write(TLS_ALERT);
  }, { kind: "tls" }],
  ["a node of libp2p", sayAlways("\x13/multistream/1.0.0\n"), { kind: "libp2p" }],
  ["a node of libp2p whose answer comes in pieces", async (connection) => {
    for (const byte of new TextEncoder().encode("\x13/multistream/1.0.0\n")) {
      await connection.write(Uint8Array.of(byte));
    }
  }, { kind: "libp2p" }],
  ["a program that nobody knows", sayAlways("\u001b[31m+OK ready\n"), { kind: "other" }],
];

for (const [name, answer, expected] of LISTENERS) {
  Deno.test(`sniff knows ${name}`, async () => {
    await using listener = listenOnPort(answer);
    const { place } = toResolved(listener.multiaddr);
    assert.partialDeepStrictEqual(await sniff(place, OPTIONS), expected);
  });
}

Deno.test("sniff knows a real server for HTTP", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("Hello"),
  );
  const { place } = toResolved(`/ip4/127.0.0.1/tcp/${server.addr.port}`);
  assert.equal((await sniff(place, OPTIONS)).kind, "http");
});

Deno.test("sniff ends with its signal's reason", async () => {
  await using listener = listenOnPort(sayNothing);
  const stop = new AbortController();
  const { place } = toResolved(listener.multiaddr);
  const sniffing = sniff(place, { ...OPTIONS, signal: stop.signal });
  const reason = new Error("Enough");
  stop.abort(reason);
  await assert.rejects(sniffing, reason);
});
