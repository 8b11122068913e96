import type { Metric, Sample } from "./metric.ts";

/** Media type of the Prometheus text format. */
export const EXPOSITION_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * A metric in the Prometheus text format, version 0.0.4.
 *
 * @param metric Its type, name and meaning.
 * @param samples Its present values.
 * @returns Lines, each with its line feed; none when there are no samples.
 */
export function formatMetric(metric: Metric, samples: readonly Sample[]): string {
  if (samples.length === 0) return "";
  const { name, help } = metric.definition;
  const head = `# HELP ${name} ${escape(help, /[\\\n]/g)}\n# TYPE ${name} ${metric.type}\n`;
  return head + samples.map((sample) => formatSample(name, sample)).join("");
}

/**
 * A number as the format writes it.
 *
 * @param value Any number.
 * @returns Its shortest form, `NaN`, `+Inf` or `-Inf`.
 */
export function formatNumber(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}

function formatSample(name: string, sample: Sample): string {
  const pairs = sample.labels.map(([label, value]) => `${label}="${escape(value, /[\\"\n]/g)}"`);
  const labels = pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
  return `${name}${sample.suffix}${labels} ${formatNumber(sample.value)}\n`;
}

function escape(text: string, special: RegExp): string {
  return text.replace(special, (character) => character === "\n" ? "\\n" : `\\${character}`);
}
