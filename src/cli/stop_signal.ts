/** Turns the first SIGINT or SIGTERM into an abort, and ends the process at the second. */
export interface StopSignal extends Disposable {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Exit code that the signal stands for by convention; 0 before one came. */
  readonly exitCode: number;
}

const SIGNALS: readonly (readonly [Deno.Signal, number])[] = [["SIGINT", 130], ["SIGTERM", 143]];

/**
 * Listen for SIGINT and SIGTERM.
 *
 * @returns The signal to pass on; disposing it stops the listening.
 */
export function listenForStop(): StopSignal {
  const controller = new AbortController();
  let exitCode = 0;
  const listeners = SIGNALS.map(([name, code]) => {
    const onSignal = (): void => {
      if (controller.signal.aborted) Deno.exit(code);
      exitCode = code;
      controller.abort(new DOMException(`Stopped by ${name}`, "AbortError"));
    };
    Deno.addSignalListener(name, onSignal);
    return () => Deno.removeSignalListener(name, onSignal);
  });
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    [Symbol.dispose]: () => listeners.forEach((remove) => remove()),
  };
}
