/** One sample line, read back. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An exposition, read back. */
export interface ParsedExposition {
  readonly families: ReadonlyMap<string, { readonly help: string; readonly type: string }>;
  readonly samples: readonly ParsedSample[];
}

const NUMBERS: Readonly<Record<string, number>> = { "+Inf": Infinity, "-Inf": -Infinity, NaN };

/** A reader of the Prometheus text format 0.0.4 that throws at whatever the format forbids. */
export function parseExposition(text: string): ParsedExposition {
  const families = new Map<string, { help: string; type: string }>();
  const samples: ParsedSample[] = [];
  if (text !== "" && !text.endsWith("\n")) throw new SyntaxError("no line feed at the end");
  let family = "";
  for (const line of text.split("\n").slice(0, -1)) {
    const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/su.exec(line);
    const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$/.exec(line);
    if (help !== null) {
      family = help[1] ?? "";
      if (families.has(family)) throw new SyntaxError(`lines of "${family}" are not together`);
      families.set(family, { help: unescape(help[2] ?? "", /\\(\\|n)/g), type: "" });
    } else if (type !== null) {
      const known = families.get(type[1] ?? "");
      if (known === undefined || known.type !== "") throw new SyntaxError(line);
      known.type = type[2] ?? "";
    } else {
      const sample = parseSample(line);
      if (!sample.name.startsWith(family)) throw new SyntaxError(`stray sample: ${line}`);
      samples.push(sample);
    }
  }
  return { families, samples };
}

function parseSample(line: string): ParsedSample {
  const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/su.exec(line);
  if (match === null) throw new SyntaxError(line);
  const [, name = "", pairs = "", number = ""] = match;
  const labels: Record<string, string> = {};
  let rest = pairs;
  while (rest !== "") {
    const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/su.exec(rest);
    if (pair === null) throw new SyntaxError(line);
    labels[pair[1] ?? ""] = unescape(pair[2] ?? "", /\\(["\\n])/g);
    rest = rest.slice(pair[0].length);
  }
  const value = NUMBERS[number] ?? Number(number);
  if (Number.isNaN(value) && number !== "NaN") throw new SyntaxError(line);
  return { name, labels, value };
}

function unescape(text: string, escapes: RegExp): string {
  return text.replace(escapes, (_, character) => character === "n" ? "\n" : character);
}
