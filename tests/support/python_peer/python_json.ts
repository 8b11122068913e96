/** How `json.dumps` is called. */
export interface PythonJsonOptions {
  /** `separators=(",", ":")` instead of the defaults. @default {false} */
  readonly isCompact?: boolean | undefined;
  /** `sort_keys=True`. @default {false} */
  readonly isSorted?: boolean | undefined;
}

/** A value as Python's `json.dumps` writes it: spaces, ASCII only, and bare `NaN` and `Infinity`. */
export function toPythonJson(value: unknown, options: PythonJsonOptions = {}): string {
  const [comma, colon] = options.isCompact === true ? [",", ":"] : [", ", ": "];
  if (typeof value === "string") return toPythonText(value);
  if (typeof value === "number") return toPythonNumber(value);
  if (Array.isArray(value)) {
    return `[${value.map((item) => toPythonJson(item, options)).join(comma)}]`;
  }
  if (typeof value !== "object" || value === null) return String(value ?? null);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (options.isSorted === true) members.sort(([a], [b]) => a < b ? -1 : 1);
  const texts = members.map(([name, member]) =>
    `${toPythonText(name)}${colon}${toPythonJson(member, options)}`
  );
  return `{${texts.join(comma)}}`;
}

function toPythonText(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function toPythonNumber(number: number): string {
  if (Number.isNaN(number)) return "NaN";
  if (!Number.isFinite(number)) return number > 0 ? "Infinity" : "-Infinity";
  return String(number);
}

/** A text as Python's `json.loads` reads it, with `NaN` and `Infinity`; `undefined` if it fails. */
export function fromPythonJson(text: string): unknown {
  // Outside of strings the bare words stand for numbers that JSON.parse can be made to give.
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (token) => {
    if (token.startsWith('"')) return token;
    return `{"$number":"${token}"}`;
  });
  try {
    return JSON.parse(
      marked,
      (_name, value) => typeof value?.$number === "string" ? Number(value.$number) : value,
    );
  } catch {
    return undefined;
  }
}
