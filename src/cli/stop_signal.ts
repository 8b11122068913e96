/** Turns the first SIGINT or SIGTERM into an abort, and ends the process at the second. */
export interface StopSignal extends Disposable {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
}

/** Signals, and the exit code that each stands for by convention. */
const SIGNALS: readonly (readonly [Deno.Signal, number])[] = [["SIGINT", 130], ["SIGTERM", 143]];

/**
 * Listen for SIGINT and SIGTERM.
 *
 * @returns The signal to pass on; disposing it stops the listening.
 */
export function listenForStop(): StopSignal {
  const controller = new AbortController();
  const listeners = SIGNALS.map(([name, code]) => {
    const onSignal = (): void => {
      if (controller.signal.aborted) Deno.exit(code);
      controller.abort(new DOMException(`Stopped by ${name}`, "AbortError"));
    };
    Deno.addSignalListener(name, onSignal);
    return () => Deno.removeSignalListener(name, onSignal);
  });
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => listeners.forEach((remove) => remove()),
  };
}
