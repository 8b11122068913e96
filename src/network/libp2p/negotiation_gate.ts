import type { Connection } from "@libp2p/interface";
import { abortable } from "../../concurrency/mod.ts";

/**
 * Lets one stream through a new connection before all others.
 *
 * A peer that has just accepted a connection may not be ready for a burst of streams: js-libp2p
 * drops the connection at the eleventh. Once one negotiation has been answered it is ready.
 */
export class NegotiationGate {
  readonly #states = new WeakMap<Connection, "open" | Promise<void>>();

  /**
   * Negotiate, alone if nothing has been answered on this connection before.
   *
   * @param connection The connection.
   * @param negotiate Opens a stream.
   * @param options Whether an error of it is an answer, too.
   */
  async pass<T>(
    connection: Connection,
    negotiate: () => Promise<T>,
    options: PassOptions,
  ): Promise<T> {
    for (let state; (state = this.#states.get(connection)) !== "open";) {
      if (state === undefined) return await this.#goFirst(connection, negotiate, options);
      await abortable(state, options.signal);
    }
    return await negotiate();
  }

  async #goFirst<T>(
    connection: Connection,
    negotiate: () => Promise<T>,
    { isAnswer }: PassOptions,
  ): Promise<T> {
    const done = Promise.withResolvers<void>();
    this.#states.set(connection, done.promise);
    let wasAnswered = false;
    try {
      const value = await negotiate();
      wasAnswered = true;
      return value;
    } catch (error) {
      wasAnswered = isAnswer(error);
      throw error;
    } finally {
      if (wasAnswered) this.#states.set(connection, "open");
      else this.#states.delete(connection);
      done.resolve();
    }
  }
}

/** How {@linkcode NegotiationGate.pass} judges and waits. */
export interface PassOptions {
  /** Whether an error shows that the peer has answered. */
  readonly isAnswer: (error: unknown) => boolean;
  readonly signal: AbortSignal;
}
