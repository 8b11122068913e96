/** How many listeners a signal has, and how many were ever added. */
export interface ListenerCount {
  current(): number;
  added(): number;
}

/** Counts what goes on and off a signal from now on. */
export function countListeners(signal: AbortSignal): ListenerCount {
  const listeners = new Set<unknown>();
  let added = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>): void => {
    added++;
    listeners.add(args[1]);
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>): void => {
    listeners.delete(args[1]);
    removeEventListener.apply(signal, args);
  };
  return { current: () => listeners.size, added: () => added };
}
