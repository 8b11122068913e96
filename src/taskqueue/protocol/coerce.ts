import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import { InvalidRequestError } from "./errors.ts";

/**
 * Members of requests as Python peers read them: any scalar is text, a number may come as text, a
 * list as text with commas.
 */

/** A value as trimmed text; empty for what is no scalar. */
export function toText(value: JsonValue | undefined): string {
  if (typeof value === "string") return value.trim();
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return "";
}

/** The first of several members that is not blank, as text. */
export function textOf(message: JsonObject, ...names: readonly string[]): string {
  for (const name of names) {
    const text = toText(message[name]);
    if (text !== "") return text;
  }
  return "";
}

/**
 * The text of a member that must be there.
 *
 * @throws {InvalidRequestError} With the code `missing_<name>`, if it is blank.
 */
export function requireText(message: JsonObject, name: string): string {
  const text = textOf(message, name);
  if (text !== "") return text;
  throw new InvalidRequestError(`missing_${name}`, `it has no ${name}`);
}

/** A list of names, given as an array or as text with commas; blank ones are left out. */
export function toNames(value: JsonValue | undefined): readonly string[] {
  if (value === undefined || value === null || value === "") return [];
  const items: readonly JsonValue[] = Array.isArray(value) ? value : toText(value).split(",");
  return items.map(toText).filter((name) => name !== "");
}

/**
 * A number, given as such or as text; `undefined` if the member is absent or blank.
 *
 * @throws {InvalidRequestError} If it is something else.
 */
export function numberOf(message: JsonObject, name: string): number | undefined {
  const text = toText(message[name]);
  if (text === "" && (message[name] === undefined || isBlank(message[name]))) return undefined;
  const number = text === "" ? NaN : Number(text);
  if (Number.isFinite(number)) return number;
  throw new InvalidRequestError("invalid_request", `its ${name} is not a number`);
}

/** A duration in seconds as whole milliseconds; `undefined` if the member is absent. */
export function millisecondsOf(message: JsonObject, name: string): number | undefined {
  const seconds = numberOf(message, name);
  return seconds === undefined ? undefined : Math.max(0, Math.round(seconds * 1_000));
}

/** The value if it is an object, else an object that has it as its only member. */
export function toObject(value: JsonValue | undefined, name: string): JsonObject {
  if (value === undefined || value === null) return {};
  return isJsonObject(value) ? value : { [name]: value };
}

function isBlank(value: JsonValue | undefined): boolean {
  return value === null || (typeof value === "string" && value.trim() === "");
}
