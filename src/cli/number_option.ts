import { InvalidArgumentError } from "commander";

/** Which numbers an option takes. */
export interface NumberOptionLimits {
  /** The least. */
  readonly min: number;
  /** The greatest. @default {Infinity} */
  readonly max?: number | undefined;
  /** Whether it has to be whole. @default {false} */
  readonly isInteger?: boolean | undefined;
}

/**
 * Make the parser of an option whose value is a number.
 *
 * @param limits Which numbers it takes.
 * @returns The parser, for `Command.option`.
 */
export function numberOption(limits: NumberOptionLimits): (value: string) => number {
  const { min, max = Infinity, isInteger = false } = limits;
  return (value) => {
    const number = value.trim() === "" ? NaN : Number(value);
    const isFit = number >= min && number <= max && (!isInteger || Number.isInteger(number));
    if (isFit) return number;
    const kind = isInteger ? "a whole number" : "a number";
    const range = max === Infinity ? `from ${min}` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`Give ${kind} ${range}.`);
  };
}
