import { abortable, type Clock, isCancellation, moveOnAfter } from "../concurrency/mod.ts";
import { AppError, toErrorMessage } from "../error/mod.ts";
import {
  DOCTOR_STEPS,
  type DoctorReport,
  type DoctorStep,
  type Finding,
  type StepReport,
} from "./report.ts";

/** A finding, and what the next steps need of it. */
export interface Outcome<T> {
  readonly finding: Finding;
  /** `undefined` if there is nothing to go on with. */
  readonly value?: T | undefined;
}

/** How a {@linkcode Checklist} is gone through. */
export interface ChecklistOptions {
  /** A step that takes longer has failed; milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Told of each step when it has ended. */
  readonly onStep: ((report: StepReport) => void) | undefined;
  /** Ends it. */
  readonly signal: AbortSignal | undefined;
}

/** Goes through the steps one after the other, and writes down what each came to. */
export class Checklist {
  readonly #steps: StepReport[] = [];
  readonly #options: ChecklistOptions;

  constructor(options: ChecklistOptions) {
    this.#options = options;
  }

  /**
   * Do a step.
   *
   * @param step Which one.
   * @param work Does it; what it throws is a failure, too.
   * @returns What the next steps need; `undefined` if they cannot go on.
   * @throws {unknown} The reason of the signal, if that aborts.
   */
  async run<T>(
    step: DoctorStep,
    work: (signal: AbortSignal) => Promise<Outcome<T>>,
  ): Promise<T | undefined> {
    const { timeoutMs, clock, signal } = this.#options;
    signal?.throwIfAborted();
    const startMs = clock.monotonicMs();
    const { finding, value } = await this.#attempt(step, work, timeoutMs);
    signal?.throwIfAborted();
    this.#note({ ...finding, step, durationMs: clock.monotonicMs() - startMs });
    return value;
  }

  /** Pass over some steps, and say why. */
  skip(steps: readonly DoctorStep[], message: string): void {
    for (const step of steps) this.#note({ step, status: "skipped", message, durationMs: 0 });
  }

  /** Pass over what is left, as it needs what was not found, and put all together. */
  finish(target: Pick<DoctorReport, "multiaddr" | "peerId">): DoctorReport {
    const last = this.#steps.at(-1);
    const left = DOCTOR_STEPS.slice(this.#steps.length);
    if (last !== undefined) {
      this.skip(left, `It needs what ${last.step.replace("_", " ")} did not find`);
    }
    const ok = !this.#steps.some(({ status }) => status === "failed");
    return { ok, ...target, steps: this.#steps };
  }

  async #attempt<T>(
    step: DoctorStep,
    work: (signal: AbortSignal) => Promise<Outcome<T>>,
    timeoutMs: number,
  ): Promise<Outcome<T>> {
    const { clock, signal } = this.#options;
    try {
      const outcome = await moveOnAfter(
        timeoutMs,
        // The system's resolver heeds no signal.
        (limit) => abortable(work(limit), limit),
        { name: step, clock, signal },
      );
      if (!outcome.timedOut) return outcome.value;
      return {
        finding: {
          status: "failed",
          code: "timeout",
          message: `There was no answer within ${timeoutMs} ms`,
          hint:
            "Try again with a longer --timeout-ms; if that does not help, look at the other node",
        },
      };
    } catch (error) {
      if (signal !== undefined && isCancellation(error, signal)) throw error;
      return { finding: toFailure(error) };
    }
  }

  #note(report: StepReport): void {
    this.#steps.push(report);
    this.#options.onStep?.(report);
  }
}

/**
 * What an error says as a finding.
 *
 * @param error What was thrown.
 * @returns The finding: failed, with the error's code, text and hint.
 */
export function toFailure(error: unknown): Finding {
  const known = error instanceof AppError ? error : undefined;
  return {
    status: "failed",
    code: known?.code ?? "internal",
    message: toErrorMessage(error),
    hint: known?.hint,
  };
}
