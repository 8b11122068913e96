import type { FakeClock } from "../../../../src/concurrency/mod.ts";

/** Advances the clock until the promise is settled. */
export async function settle<T>(promise: Promise<T>, clock: FakeClock, stepMs = 500): Promise<T> {
  let isSettled = false;
  const done = () => {
    isSettled = true;
  };
  const watching = promise.then(done, done);
  for (let step = 0; step < 400 && !isSettled; step++) await clock.advance(stepMs);
  await watching;
  return await promise;
}
