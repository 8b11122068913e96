import { CancelReason, type Clock, type TaskGroup } from "../../../concurrency/mod.ts";
import type { SessionStore } from "../../../store/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import { LiveSession, type LiveSessionOptions } from "./live_session.ts";
import type { SessionLimits } from "./session_options.ts";
import { type SessionSlot, SessionUse } from "./session_slot.ts";

/** Sessions whose use is noted in one transaction. */
const TOUCH_BATCH = 500;

const SCOPE = "mcp session";
const STOPPING = new CancelReason("shutdown", { scope: SCOPE });
const UNUSED = new CancelReason("explicit", { scope: SCOPE, detail: "unused for a while" });

/** What a {@linkcode SessionTable} needs. */
export interface SessionTableOptions {
  /** Owns the ends of sessions. */
  readonly group: TaskGroup;
  readonly store: SessionStore;
  readonly limits: SessionLimits;
  /** What each session in memory needs. */
  readonly session: LiveSessionOptions;
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * All sessions, in the order of their use. A session that nobody uses for a while is in the store only,
 * later it is ended; the one unused longest is ended when there are too many.
 */
export class SessionTable {
  readonly #options: SessionTableOptions;
  /** Unused longest first, but for those that are used now, which are anywhere. */
  readonly #slots = new Map<string, SessionSlot>();
  /** Those whose use the store does not know of. */
  readonly #touched = new Set<SessionSlot>();
  #listing: Promise<void> | undefined;
  #isClosed = false;

  /** @param options Store and limits. */
  constructor(options: SessionTableOptions) {
    this.#options = options;
  }

  /** Sessions in memory. */
  get loaded(): number {
    let count = 0;
    for (const { session } of this.#slots.values()) if (session !== undefined) count++;
    return count;
  }

  /**
   * Use a session.
   *
   * @param id As the client names it.
   * @param principalId On whose behalf.
   * @returns The use, at once if the session is in memory; `undefined` if there is no such session, or
   *   it is another's.
   */
  use(
    id: string,
    principalId: string,
  ): SessionUse | Promise<SessionUse | undefined> {
    const slot = this.#slots.get(id);
    const session = slot?.session;
    const isAtHand = session !== undefined && slot?.principalId === principalId &&
      !this.#isExpired(slot);
    return isAtHand ? this.#use(slot, session) : this.#find(id, principalId);
  }

  /**
   * Take in a session that has begun.
   *
   * @param session The session.
   * @param principalId On whose behalf.
   * @returns Its use; `undefined` if there are too many that cannot be ended.
   */
  async add(session: LiveSession, principalId: string): Promise<SessionUse | undefined> {
    await this.#listed();
    const victims = this.#findVictims();
    if (victims === undefined) return undefined;
    const ending = this.#end(victims, "too many sessions");
    const slot: SessionSlot = {
      id: session.id,
      principalId,
      usedAtMs: this.#options.clock.now(),
      users: 0,
      session,
      loading: undefined,
      isKept: false,
    };
    this.#slots.set(slot.id, slot);
    const use = this.#use(slot, session);
    await Promise.all([ending, this.#keep(slot, session)]);
    return use;
  }

  /** End a session: what runs in it is cancelled, and nothing of it is kept. */
  async end(id: string, detail: string): Promise<void> {
    const slot = this.#slots.get(id);
    if (slot !== undefined) await this.#end([slot], detail);
  }

  /** End what was unused for too long, and put aside what was unused for a while. */
  async sweep(): Promise<void> {
    await this.#listed();
    const { limits, clock } = this.#options;
    const nowMs = clock.now();
    const expired: SessionSlot[] = [];
    const idle: SessionSlot[] = [];
    for (const slot of this.#slots.values()) {
      const unusedMs = nowMs - slot.usedAtMs;
      if (slot.users > 0) {
        if (unusedMs >= limits.idleTtlMs / 4) this.#note(slot, nowMs);
        continue;
      }
      if (unusedMs < limits.unloadAfterMs && unusedMs < limits.idleTtlMs) break;
      if (unusedMs >= limits.idleTtlMs) expired.push(slot);
      else if (slot.session !== undefined) idle.push(slot);
    }
    await this.#end(expired, "unused for too long");
    await this.#touch();
    for (const slot of idle) await this.#unload(slot);
  }

  /** Put all sessions aside: they can be taken up again if the store outlives the process. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const nowMs = this.#options.clock.now();
    for (const slot of this.#slots.values()) if (slot.users > 0) this.#note(slot, nowMs);
    await this.#touch();
    await Promise.all([...this.#slots.values()].map((slot) => this.#stop(slot, STOPPING)));
  }

  /** What an earlier process has left, once. */
  #listed(): Promise<void> {
    this.#listing ??= this.#list();
    return this.#listing;
  }

  async #list(): Promise<void> {
    const { store, logger } = this.#options;
    try {
      for (const entry of await store.list()) {
        this.#slots.set(entry.id, {
          ...entry,
          users: 0,
          session: undefined,
          loading: undefined,
          isKept: true,
        });
      }
    } catch (error) {
      logger.warn("Sessions of an earlier run could not be read", { error });
    }
  }

  async #find(id: string, principalId: string): Promise<SessionUse | undefined> {
    await this.#listed();
    const slot = this.#slots.get(id);
    if (slot === undefined || slot.principalId !== principalId) return undefined;
    if (this.#isExpired(slot)) {
      await this.#end([slot], "unused for too long");
      return undefined;
    }
    const session = slot.session ?? await (slot.loading ??= this.#load(slot));
    return session && this.#use(slot, session);
  }

  async #load(slot: SessionSlot): Promise<LiveSession | undefined> {
    slot.users++;
    try {
      const found = await this.#options.store.find(slot.id);
      if (found === undefined) {
        this.#slots.delete(slot.id);
        return undefined;
      }
      const session = new LiveSession(slot.id, this.#options.session, found);
      await session.catchUp();
      if (this.#isClosed) await session.stop(STOPPING);
      slot.session = session;
      return session;
    } finally {
      slot.loading = undefined;
      // Counts as a use, so that nobody puts it aside before its user has it.
      if (--slot.users === 0) this.#onUnused(slot);
    }
  }

  async #keep(slot: SessionSlot, session: LiveSession): Promise<void> {
    const { store, logger } = this.#options;
    const { id, principalId, usedAtMs } = slot;
    const state = JSON.stringify(session.engine.state);
    session.markKept();
    try {
      await store.insert({ id, principalId, usedAtMs, state });
      slot.isKept = true;
    } catch (error) {
      logger.warn("Session could not be kept and will not survive the process", { error });
    }
  }

  #use(slot: SessionSlot, session: LiveSession): SessionUse {
    return new SessionUse(slot, session, this.#onUnused);
  }

  readonly #onUnused = (slot: SessionSlot): void => {
    // It may have been ended meanwhile.
    if (!this.#slots.delete(slot.id)) return;
    this.#slots.set(slot.id, slot);
    this.#note(slot, this.#options.clock.now());
  };

  /** Have the store know of a use, too. What is used for long is noted now and then. */
  #note(slot: SessionSlot, usedAtMs: number): void {
    slot.usedAtMs = usedAtMs;
    this.#touched.add(slot);
  }

  #isExpired({ users, usedAtMs }: SessionSlot): boolean {
    const { limits, clock } = this.#options;
    return users === 0 && clock.now() - usedAtMs >= limits.idleTtlMs;
  }

  /** The sessions unused longest, as many as have to go for one more; `undefined` if too few can. */
  #findVictims(): readonly SessionSlot[] | undefined {
    const tooMany = this.#slots.size + 1 - this.#options.limits.maxSessions;
    const victims: SessionSlot[] = [];
    for (const slot of this.#slots.values()) {
      if (victims.length >= tooMany) break;
      if (slot.users === 0) victims.push(slot);
    }
    return victims.length < tooMany ? undefined : victims;
  }

  /** The table and the store forget them at once; that their work ends is not waited for. */
  async #end(slots: readonly SessionSlot[], detail: string): Promise<void> {
    if (slots.length === 0) return;
    const { group, store, logger } = this.#options;
    const reason = new CancelReason("explicit", { scope: SCOPE, detail });
    for (const slot of slots) {
      this.#slots.delete(slot.id);
      this.#touched.delete(slot);
      if (slot.session === undefined) continue;
      group.spawn("end mcp session", () => this.#stop(slot, reason));
    }
    try {
      await store.delete(slots.map(({ id }) => id));
    } catch (error) {
      logger.warn("Sessions could not be removed from their store", { error });
    }
  }

  /** Puts a session aside, unless somebody wants it meanwhile. */
  async #unload(slot: SessionSlot): Promise<void> {
    await slot.session?.saved();
    if (slot.users === 0 && slot.isKept) await this.#stop(slot, UNUSED);
  }

  /** Takes a session out of memory. */
  async #stop(slot: SessionSlot, reason: CancelReason): Promise<void> {
    const { session } = slot;
    slot.session = undefined;
    await session?.stop(reason);
  }

  /** Notes when sessions were used, in turns short enough for others to run between. */
  async #touch(): Promise<void> {
    const { store, logger } = this.#options;
    const touched = [...this.#touched].filter(({ isKept }) => isKept);
    this.#touched.clear();
    try {
      for (let start = 0; start < touched.length; start += TOUCH_BATCH) {
        await store.touch(touched.slice(start, start + TOUCH_BATCH));
      }
    } catch (error) {
      logger.warn("Use of sessions could not be noted", { error });
    }
  }
}
