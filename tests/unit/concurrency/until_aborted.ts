import { waitForAbort } from "../../../src/concurrency/mod.ts";

/** A well-behaved child: works until it is told to stop, then throws the signal's reason. */
export async function untilAborted(signal: AbortSignal): Promise<never> {
  await waitForAbort(signal);
  throw signal.reason;
}
