import { toPlace } from "../../../src/doctor/place.ts";
import type { ResolvedAddress } from "../../../src/doctor/step/resolve_address.ts";

/** A program that listens on this host, and is no node. */
export interface OtherListener extends AsyncDisposable {
  /** Its address, without a peer id. */
  readonly multiaddr: string;
}

/** What it does with the first bytes that it gets. */
export type Answer = (connection: Deno.TcpConn, asked: Uint8Array) => Promise<void> | void;

/** Listen, and answer each connection's first bytes; connections are closed at the end. */
export function listenOnPort(answer: Answer): OtherListener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Set<Deno.TcpConn>();
  const serving = serve(listener, connections, answer);
  return {
    multiaddr: `/ip4/127.0.0.1/tcp/${listener.addr.port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of connections) close(connection);
      await serving;
    },
  };
}

/** Says nothing, and hangs up when the other side does. */
export const sayNothing: Answer = () => {};

/** Answers everything with the same text. */
export function sayAlways(text: string): Answer {
  return async (connection) => {
    await connection.write(new TextEncoder().encode(text));
  };
}

/** An address as it is after names were resolved. */
export function toResolved(multiaddr: string): ResolvedAddress {
  const place = toPlace(multiaddr);
  if (place === undefined) throw new TypeError(`Not an address: ${multiaddr}`);
  return { multiaddr, place };
}

/** An address of this host on which nobody listens. */
export function findFreeAddress(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `/ip4/127.0.0.1/tcp/${listener.addr.port}`;
}

async function serve(
  listener: Deno.TcpListener,
  connections: Set<Deno.TcpConn>,
  answer: Answer,
): Promise<void> {
  const conversations: Promise<void>[] = [];
  for await (const connection of listener) {
    connections.add(connection);
    conversations.push(converse(connection, answer));
  }
  await Promise.all(conversations);
}

async function converse(connection: Deno.TcpConn, answer: Answer): Promise<void> {
  const buffer = new Uint8Array(1024);
  try {
    for (;;) {
      const length = await connection.read(buffer);
      if (length === null) return;
      await answer(connection, buffer.subarray(0, length));
    }
  } catch {
    // The other side has hung up, which is what it should do.
  } finally {
    close(connection);
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed.
  }
}
