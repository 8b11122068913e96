/** Do something again and again, with other work in between, until a promise settles. */
export async function untilSettled(
  promise: PromiseLike<unknown>,
  act: () => Promise<void>,
): Promise<void> {
  let isSettled = false;
  const settled = Promise.resolve(promise).finally(() => isSettled = true);
  while (!isSettled) {
    await act();
    // Lets what comes over sockets and pipes in.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await settled;
}
