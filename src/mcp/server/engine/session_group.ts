import { runTaskGroup, type TaskGroup, waitForAbort } from "../../../concurrency/mod.ts";
import { serverStoppingError } from "../../protocol/server_stopping_error.ts";

/**
 * The task group of a session. It is opened with the first work, as most sessions sit idle, and ended
 * with the session.
 */
export class SessionGroup {
  readonly #owner: TaskGroup;
  #opening: Promise<TaskGroup> | undefined;
  #ended: Promise<void> | undefined;
  #group: TaskGroup | undefined;
  #isClosed = false;

  /** @param owner Owns the group. */
  constructor(owner: TaskGroup) {
    this.#owner = owner;
  }

  /** Whether {@linkcode close} was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * The group.
   *
   * @returns The group; at once when it is open.
   * @throws {ProtocolError} If session or server are ending.
   */
  open(): TaskGroup | Promise<TaskGroup> {
    if (this.#isClosed) throw serverStoppingError();
    return this.#group ?? (this.#opening ??= this.#start());
  }

  /** Cancel what runs, and wait for its end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#group?.cancel("the session ended");
    await this.#ended;
  }

  #start(): Promise<TaskGroup> {
    const opened = Promise.withResolvers<TaskGroup>();
    const ended = Promise.withResolvers<void>();
    this.#ended = ended.promise;
    try {
      this.#owner.spawn("MCP session", async (stopping) => {
        try {
          await runTaskGroup(async (group, signal) => {
            this.#group = group;
            opened.resolve(group);
            if (this.#isClosed) group.cancel("the session ended");
            await waitForAbort(signal);
          }, { name: "MCP session", signal: stopping });
        } finally {
          opened.reject(serverStoppingError());
          ended.resolve();
        }
      });
    } catch {
      // Only a group that is over refuses a child.
      ended.resolve();
      opened.reject(serverStoppingError());
    }
    return opened.promise;
  }
}
