import { type Clock, systemClock } from "../concurrency/mod.ts";
import type { ToolContext } from "../mcp/mod.ts";

/** A caller that hears nothing for long gives up: most do after a minute. */
const QUIET_MS = 15_000;

/** A step that is too small to be seen, as a part of what is measured. */
const NEXT_TO_NOTHING = 2 ** -20;

/** How far something is, by its own measure. */
export interface Measure {
  /** Grows. */
  readonly progress: number;
  /** What `progress` will be at the end, if known. */
  readonly total?: number | undefined;
}

/** How progress is told. */
export interface ProgressTellerOptions {
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/**
 * Tells a caller how far a wait is: states, lines of log, and at times that nothing has happened, so
 * that the caller knows that somebody is there. The number grows with every report, as it must; where
 * what is waited for has a measure of its own, that is kept.
 */
export class ProgressTeller implements Disposable {
  readonly #report: ToolContext["reportProgress"];
  readonly #clock: Clock;
  #quiet: Disposable;
  #quietSinceMs: number;
  #state = "waiting";
  #measure: Measure | undefined;
  #progress = 0;

  /**
   * @param report Told of everything.
   * @param options Whose time it is.
   */
  constructor(report: ToolContext["reportProgress"], options: ProgressTellerOptions = {}) {
    const { clock = systemClock } = options;
    this.#report = report;
    this.#clock = clock;
    this.#quietSinceMs = clock.monotonicMs();
    this.#quiet = this.#waitForQuiet();
  }

  /** Tell of a state, and how far it is if that can be measured. */
  tellState(state: string, measure?: Measure): void {
    this.#state = state;
    if (measure !== undefined) this.#measure = measure;
    this.#tellNews(state, measure?.progress);
  }

  /** Tell of something that happens in the state. */
  tellLine(line: string): void {
    this.#tellNews(line);
  }

  /** Nothing is told any more. */
  [Symbol.dispose](): void {
    this.#quiet[Symbol.dispose]();
  }

  #tellNews(message: string, progress?: number): void {
    this.#tell(message, progress);
    this.#quietSinceMs = this.#clock.monotonicMs();
    this.#quiet[Symbol.dispose]();
    this.#quiet = this.#waitForQuiet();
  }

  #waitForQuiet(): Disposable {
    return this.#clock.setTimer(QUIET_MS, () => {
      const seconds = Math.round((this.#clock.monotonicMs() - this.#quietSinceMs) / 1000);
      this.#tell(`still ${this.#state} (no news for ${seconds} s)`);
      this.#quiet = this.#waitForQuiet();
    });
  }

  #tell(message: string, progress = -Infinity): void {
    const total = this.#measure?.total;
    const step = this.#measure === undefined
      ? 1
      : NEXT_TO_NOTHING * Math.max(1, total ?? 0, this.#progress);
    this.#progress = Math.max(progress, this.#progress + step);
    this.#report({ progress: this.#progress, ...(total !== undefined && { total }), message });
  }
}
