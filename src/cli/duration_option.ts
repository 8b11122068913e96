import { InvalidArgumentError } from "commander";

/** Units of time, in milliseconds. */
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Which durations an option takes. */
export interface DurationOptionLimits {
  /** The longest, in milliseconds. */
  readonly maxMs: number;
}

/**
 * Make the parser of an option whose value is a duration, such as `90s`, `10m`, `2h` or `7d`.
 *
 * @param limits Which durations it takes.
 * @returns The parser, for `Command.option`; it gives milliseconds.
 */
export function durationOption({ maxMs }: DurationOptionLimits): (value: string) => number {
  return (value) => {
    const [, count = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(value.trim()) ?? [];
    const ms = Math.round(Number(count) * (UNIT_MS[unit] ?? NaN));
    if (ms > 0 && ms <= maxMs) return ms;
    throw new InvalidArgumentError(
      `Give a duration such as 90s, 10m or 2h, of at most ${formatDuration(maxMs)}.`,
    );
  };
}

/**
 * A duration in words.
 *
 * @param ms The duration, in milliseconds.
 * @returns Such as `90 seconds`, `10 minutes`, `1 day`.
 */
export function formatDuration(ms: number): string {
  const units = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]] as const;
  const [name, unitMs] = units.find(([, unitMs]) => ms % unitMs === 0) ?? ["second", 1_000];
  const count = Math.round(ms / unitMs);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}
