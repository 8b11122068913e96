import { isCancellation } from "../concurrency/mod.ts";
import { unwrapError } from "../error/mod.ts";

/** Something that runs until it is stopped, in whatever task group its user likes. */
export interface Service<Ready> {
  /** Resolves when it can be used; rejects if it cannot start or is stopped before. */
  readonly ready: Promise<Ready>;
  /**
   * Run until stopped, which may be before it is ready. Everything that was started has ended when
   * this settles.
   *
   * @throws {TypeError} If it has been run before.
   */
  run(): Promise<void>;
  /** Begin an orderly stop. */
  stop(): void;
}

/** What runs a service. */
export interface ServiceContext<Ready> {
  /** Aborted when an orderly stop is wanted. */
  readonly stopping: AbortSignal;
  /** To be called once, when the service can be used. */
  readonly onReady: (ready: Ready) => void;
}

/**
 * Create a service: one run, a promise of readiness, and two ways to stop it.
 *
 * @param body Runs it until `stopping` aborts.
 * @param options The user's signal, which stops it too.
 * @returns The service.
 */
export function createService<Ready>(
  body: (context: ServiceContext<Ready>) => Promise<void>,
  options: { readonly signal?: AbortSignal | undefined },
): Service<Ready> {
  const { signal } = options;
  const stopping = new AbortController();
  const ready = Promise.withResolvers<Ready>();
  // Whoever runs the service learns of a failure from run(); asking for readiness is optional.
  ready.promise.catch(() => {});
  let hasRun = false;
  let isReady = false;

  function onReady(value: Ready): void {
    if (stopping.signal.aborted) return;
    isReady = true;
    ready.resolve(value);
  }

  async function run(): Promise<void> {
    if (hasRun) throw new TypeError("Cannot run service as it has been run before");
    hasRun = true;
    const stop = (): void => stopping.abort(signal?.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      stopping.signal.throwIfAborted();
      await body({ stopping: stopping.signal, onReady });
      // Has no effect unless it was stopped before it was ready.
      ready.reject(stopping.signal.reason);
    } catch (error) {
      // What keeps a service from starting speaks for itself, out of the groups it came through.
      const failure = isReady ? error : unwrapError(error);
      ready.reject(failure);
      if (isReady || !isCancellation(failure, stopping.signal)) throw failure;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  return { ready: ready.promise, run, stop: () => stopping.abort() };
}
