import type { Row, Target } from "./benchmark.ts";

/** The rows of one benchmark. */
export interface Report {
  readonly benchmark: string;
  readonly rows: readonly Row[];
}

const HEADINGS = ["", "median", "p99", "unit", "ratio", "p99 ratio", "target"] as const;

/**
 * Results as a table for people. A ratio is to the nearest row above that has none.
 *
 * @param reports What the benchmarks found.
 */
export function formatTable(reports: readonly Report[]): string {
  const lines: (readonly string[])[] = [];
  for (const { benchmark, rows } of reports) {
    lines.push([], [benchmark, ...HEADINGS.slice(1)]);
    for (const row of rows) lines.push(toCells(row));
  }
  const widths = HEADINGS.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0))
  );
  return lines.map((cells) => formatLine(cells, widths)).join("\n");
}

function toCells(row: Row): readonly string[] {
  const { measure, value, p99, unit, comparison, targets = [] } = row;
  return [
    `  ${measure}`,
    formatNumber(value),
    formatNumber(p99),
    unit,
    formatRatio(comparison?.ratio),
    formatRatio(comparison?.p99Ratio),
    targets.map((target) => formatTarget(row, target)).join(", "),
  ];
}

function formatLine(cells: readonly string[], widths: readonly number[]): string {
  return cells.map((cell, column) => {
    const width = widths[column] ?? 0;
    const isText = column === 0 || HEADINGS[column] === "unit" || HEADINGS[column] === "target";
    return isText ? cell.padEnd(width) : cell.padStart(width);
  }).join("  ").trimEnd();
}

function formatNumber(value: number | undefined): string {
  if (value === undefined) return "";
  return value.toFixed(value >= 1_000 ? 0 : value >= 10 ? 1 : 3);
}

function formatRatio(ratio: number | undefined): string {
  return ratio === undefined ? "" : `${formatNumber(ratio)}x`;
}

function formatTarget(row: Row, { figure, atMost, atLeast }: Target): string {
  const actual = figure === "ratio" ? row.comparison?.ratio ?? NaN : row[figure] ?? NaN;
  const unit = figure === "ratio" ? "x" : ` ${row.unit}`;
  const name = figure === "p99" ? "p99 " : "";
  if (atMost !== undefined) {
    return `${name}<= ${atMost}${unit} ${actual <= atMost ? "met" : "MISSED"}`;
  }
  return `${name}>= ${atLeast}${unit} ${actual >= (atLeast ?? NaN) ? "met" : "MISSED"}`;
}
