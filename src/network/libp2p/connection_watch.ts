import {
  abortable,
  type Clock,
  isCancellation,
  moveOnAfter,
  type TaskGroup,
} from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";

/** How often each connection is looked at. */
const INTERVAL_MS = 10_000;
/**
 * Why a connection is looked at, and so how long it may be silent before the peer is dialled, and then
 * beside a new connection that works. When a cable was out for some seconds TCP goes on some seconds
 * later, and then nothing is lost; when the network is another one it never does.
 */
const DOUBTS = {
  routine: { patienceMs: 4_000, graceMs: 5_000 },
  otherOpened: { patienceMs: 6_000, graceMs: 0 },
  networkChanged: { patienceMs: 1_500, graceMs: 1_000 },
} as const;
/** A peer may be busy for long; whoever is silent for this long is gone. */
const GIVE_UP_MS = 20_000;
const REDIAL_PAUSE_MS = 1_000;
/** Connections to one peer beyond which none is made to find out about the others. */
const MAX_CONNECTIONS_TO_PEER = 3;

/** A connection, as far as it is watched. */
export interface WatchedConnection {
  readonly id: string;
  readonly peerId: string;
  /** Resolves when the other end has answered, whatever it says. */
  ping(signal: AbortSignal): Promise<void>;
  /** Make one more connection to the peer; throws if that fails. */
  dialAnew(signal: AbortSignal): Promise<unknown>;
  /** Close it at once; whatever is open on it breaks. */
  abort(reason: Error): void;
}

/** What a {@linkcode ConnectionWatch} works with. */
export interface ConnectionWatchOptions {
  /** All open connections. */
  readonly connections: () => readonly WatchedConnection[];
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}

/**
 * Finds connections that have lost their other end without a word: a cable was pulled, or a host has
 * changed its address. TCP would keep them for a quarter of an hour, and all calls on them.
 *
 * Silence alone proves little, as a busy peer is silent, too. But whoever can be connected anew and
 * still does not answer on the old connection has lost that one.
 */
export class ConnectionWatch {
  readonly #group: TaskGroup;
  readonly #options: ConnectionWatchOptions;
  readonly #checked = new Set<string>();

  /** The group owns the work; it begins at once. */
  constructor(group: TaskGroup, options: ConnectionWatchOptions) {
    this.#group = group;
    this.#options = options;
    group.spawn("watch connections", async (signal) => {
      while (!signal.aborted) {
        await options.clock.sleep(INTERVAL_MS, { signal });
        this.#checkAll("routine");
      }
    });
  }

  /** Look at all connections now, as something has happened to the network. */
  noteNetworkChange(): void {
    this.#checkAll("networkChanged");
  }

  /** A peer has a new connection: it may have lost those that it had before. */
  noteOpened({ id, peerId }: Pick<WatchedConnection, "id" | "peerId">): void {
    for (const connection of this.#options.connections()) {
      const isOther = connection.peerId === peerId && connection.id !== id;
      if (isOther) this.#check(connection, "otherOpened");
    }
  }

  #checkAll(doubt: Doubt): void {
    for (const connection of this.#options.connections()) this.#check(connection, doubt);
  }

  /** Begin to look at a connection, unless that is under way. */
  #check(connection: WatchedConnection, doubt: Doubt): void {
    const { id } = connection;
    if (this.#checked.has(id) || this.#group.signal.aborted) return;
    this.#checked.add(id);
    this.#group.spawn(`check connection ${id}`, async (groupSignal) => {
      const done = new AbortController();
      const signal = AbortSignal.any([groupSignal, done.signal]);
      // That it cannot be asked is an answer, too, or has closed it.
      const answer = connection.ping(signal).then(() => true, () => true);
      try {
        if (!await this.#isAlive(connection, { doubt, answer, signal })) this.#end(connection);
      } catch (error) {
        if (!isCancellation(error, groupSignal)) throw error;
      } finally {
        this.#checked.delete(id);
        done.abort();
      }
    });
  }

  async #isAlive(connection: WatchedConnection, question: Question): Promise<boolean> {
    const { clock } = this.#options;
    const { doubt, signal } = question;
    const { patienceMs, graceMs } = DOUBTS[doubt];
    const startedMs = clock.monotonicMs();
    if (await this.#hasAnswer(patienceMs, question)) return true;
    if (doubt === "otherOpened") return false;
    while (clock.monotonicMs() - startedMs < GIVE_UP_MS) {
      const ended = new AbortController();
      const outcome = await moveOnAfter(
        startedMs + GIVE_UP_MS - clock.monotonicMs(),
        (limit) => {
          const dialling = this.#tryDial(connection, AbortSignal.any([limit, ended.signal]));
          return Promise.race([question.answer, dialling]);
        },
        { clock, signal },
      ).finally(() => ended.abort());
      const isReached = !outcome.timedOut && outcome.value;
      if (await this.#hasAnswer(isReached ? graceMs : REDIAL_PAUSE_MS, question)) return true;
      if (isReached) return false;
    }
    return false;
  }

  async #hasAnswer(withinMs: number, { answer, signal }: Question): Promise<boolean> {
    const { clock } = this.#options;
    const wait = (limit: AbortSignal): Promise<boolean> => abortable(answer, limit);
    return !(await moveOnAfter(withinMs, wait, { clock, signal })).timedOut;
  }

  /** Returns whether there is a new connection. */
  async #tryDial(connection: WatchedConnection, signal: AbortSignal): Promise<boolean> {
    const all = this.#options.connections();
    const count = all.filter(({ peerId }) => peerId === connection.peerId).length;
    if (count >= MAX_CONNECTIONS_TO_PEER) return false;
    try {
      await abortable(connection.dialAnew(signal), signal);
      return true;
    } catch (error) {
      if (signal.aborted) throw error;
      return false;
    }
  }

  #end(connection: WatchedConnection): void {
    const { peerId } = connection;
    this.#options.logger?.debug("Connection has lost its other end", { peerId });
    connection.abort(new Error("The other end is gone"));
  }
}

type Doubt = keyof typeof DOUBTS;

/** Whether a connection is alive. */
interface Question {
  readonly doubt: Doubt;
  /** Resolves when there was an answer. */
  readonly answer: Promise<boolean>;
  readonly signal: AbortSignal;
}
