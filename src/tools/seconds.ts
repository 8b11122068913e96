/**
 * A duration as tools have it to one as the program has it.
 *
 * @param seconds Seconds, or nothing.
 * @returns Whole milliseconds, or nothing.
 */
export function toMs(seconds: number): number;
export function toMs(seconds: number | null | undefined): number | undefined;
export function toMs(seconds: number | null | undefined): number | undefined {
  return seconds === null || seconds === undefined ? undefined : Math.round(seconds * 1000);
}
