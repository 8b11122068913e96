import { systemClock } from "../../../src/concurrency/mod.ts";
import { createMdns } from "../../../src/network/discovery/mdns/create_mdns.ts";

/**
 * A program that looks for peers by multicast DNS and prints whom it finds and loses, each as a line:
 * `mdns_peer.ts PEER_ID [MULTIADDR]`. Without an address it only looks. A signal ends it.
 */
const [peerId = "", ...multiaddrs] = Deno.args;
const stopping = new AbortController();
const { signal } = stopping;
Deno.addSignalListener("SIGTERM", () => stopping.abort());
const method = createMdns();
const context = {
  self: { peerId, multiaddrs: () => multiaddrs },
  found: (peer: { readonly multiaddrs: readonly string[] }) => print("found", peer.multiaddrs),
  lost: (peer: string) => print("lost", [peer]),
  clock: systemClock,
  logger: undefined,
};

const started = await method.start?.(context, signal);
print("started", []);
while (!signal.aborted) await method.look(context, signal).catch(report);
await started?.[Symbol.asyncDispose]();
Deno.exit(0);

function report(error: unknown): void {
  if (!signal.aborted) print("failed", [String(error)]);
}

function print(event: string, values: readonly string[]): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${[event, ...values].join(" ")}\n`));
}
