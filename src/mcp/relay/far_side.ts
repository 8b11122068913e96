import type { JsonObject } from "../../codec/mod.ts";
import type { TaskGroup } from "../../concurrency/mod.ts";

/** A server that messages are relayed to. */
export interface FarSide {
  /** For logs. */
  readonly name: string;
  /**
   * Connect.
   *
   * @param group Owns what the connection does by itself.
   * @param handlers Told what comes.
   * @param signal Gives up connecting.
   * @throws {AppError} If that is not possible.
   */
  connect(group: TaskGroup, handlers: FarHandlers, signal: AbortSignal): Promise<FarConnection>;
}

/** A connection to a far side. */
export interface FarConnection {
  /**
   * Send a message. A request that was sent comes back as its answer, as an error in its place, or as
   * unsent.
   *
   * @returns When the next may be sent.
   * @throws {AppError} If this message cannot be sent.
   */
  send(message: JsonObject): Promise<void>;
  /** Hang up, which cancels what has no answer. Never rejects. */
  close(): Promise<void>;
}

/** What a connection tells. None of it fails. */
export interface FarHandlers {
  /** A message has come. Resolves when the next may come. */
  readonly onMessage: (message: JsonObject) => Promise<void>;
  /** A message has not reached the server: it may be sent again. */
  readonly onUnsent: (message: JsonObject) => Promise<void>;
  /** The connection takes nothing more. */
  readonly onEnd: () => Promise<void>;
}
