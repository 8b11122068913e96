/**
 * Refuses what is not a duration. `Infinity` is one: it stands for "no limit".
 *
 * @param name The parameter's name, for the message.
 * @param ms The value in milliseconds.
 * @throws {RangeError} If the value is negative or not a number.
 */
export function assertDurationMs(name: string, ms: number): void {
  if (!(ms >= 0)) {
    throw new RangeError(`Cannot use duration as it is not 0 or more: ${name} "${ms}"`);
  }
}
