import type { MultiaddrConnection } from "@libp2p/interface";

/** A fifth of what the node has in all, so that no host can keep all others out by saying nothing. */
const MAX_PENDING_PER_HOST = 100;

/** What is needed of a connection that is being made. */
export type PendingConnection = Pick<MultiaddrConnection, "addEventListener">;

/** The connections that others have begun to make, and that have not yet shown whose they are. */
export class PendingConnections {
  readonly #countByHost = new Map<string, number>();
  readonly #ends = new WeakMap<PendingConnection, () => void>();

  /** Count a new one, until it is ready or closed. Returns whether there is a place for it. */
  tryAdd(host: string, connection: PendingConnection): boolean {
    const count = this.#countByHost.get(host) ?? 0;
    if (count >= MAX_PENDING_PER_HOST) return false;
    this.#countByHost.set(host, count + 1);
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      this.#remove(host);
    };
    this.#ends.set(connection, end);
    connection.addEventListener("close", end, { once: true });
    return true;
  }

  /** A connection is ready, or refused. */
  end(connection: PendingConnection): void {
    this.#ends.get(connection)?.();
  }

  #remove(host: string): void {
    const count = (this.#countByHost.get(host) ?? 1) - 1;
    if (count === 0) this.#countByHost.delete(host);
    else this.#countByHost.set(host, count);
  }
}
