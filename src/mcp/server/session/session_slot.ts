import type { LiveSession } from "./live_session.ts";

/** A session's place in the table, be it in memory or in the store only. */
export interface SessionSlot {
  /** As the client names it. */
  readonly id: string;
  /** On whose behalf it was opened. */
  readonly principalId: string;
  /** When it was used last; while it is used, when that was noted last. */
  usedAtMs: number;
  /** How many use it: requests, and streams that somebody listens to. */
  users: number;
  /** The session, if it is in memory. */
  session: LiveSession | undefined;
  /** The session on its way into memory. */
  loading: Promise<LiveSession | undefined> | undefined;
  /** Whether the store has it. */
  isKept: boolean;
}

/** The use of a session, until it is disposed. */
export class SessionUse implements Disposable {
  /** The session. */
  readonly session: LiveSession;
  readonly #slot: SessionSlot;
  readonly #onUnused: (slot: SessionSlot) => void;
  #isOver = false;

  /**
   * @param slot What is used.
   * @param session The session in it.
   * @param onUnused Told when nobody uses it any more.
   */
  constructor(slot: SessionSlot, session: LiveSession, onUnused: (slot: SessionSlot) => void) {
    this.session = session;
    this.#slot = slot;
    this.#onUnused = onUnused;
    slot.users++;
  }

  /** Use the session also beyond the life of this. */
  extend(): SessionUse {
    return new SessionUse(this.#slot, this.session, this.#onUnused);
  }

  [Symbol.dispose](): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (--this.#slot.users === 0) this.#onUnused(this.#slot);
  }
}
