import type { DoctorReport, FindingStatus, StepReport } from "../../app/mod.ts";

const MARKS: Readonly<Record<FindingStatus, string>> = {
  ok: "✓",
  warning: "!",
  failed: "✗",
  skipped: "–",
};
/** Of the longest name of a step. */
const NAME_WIDTH = "authorisation".length;
const INDENT = " ".repeat(NAME_WIDTH + 6);
/** Of a terminal that does not say how wide it is. */
const DEFAULT_COLUMNS = 100;
/** On a narrower one, lines are broken by the terminal. */
const MIN_COLUMNS = 60;

/** How a report is printed. */
export interface ReportPrinterOptions {
  /** Takes one or more lines. */
  readonly write: (text: string) => void;
  /** Characters on a line. @default {100} */
  readonly columns?: number | undefined;
}

/** Prints a report for a person, each step as it ends; those that were passed over together. */
export class ReportPrinter {
  readonly #write: (text: string) => void;
  readonly #columns: number;
  #skipped: StepReport[] = [];

  constructor({ write, columns = DEFAULT_COLUMNS }: ReportPrinterOptions) {
    this.#write = write;
    this.#columns = Math.max(MIN_COLUMNS, Math.min(columns, DEFAULT_COLUMNS));
  }

  /** Say what is looked at: another node, or this machine's own. */
  begin(multiaddr: string | undefined): void {
    this.#write(
      multiaddr === undefined ? "This machine's own node\n" : `The node at ${multiaddr}\n`,
    );
  }

  /** A step has ended. */
  note(report: StepReport): void {
    const [first] = this.#skipped;
    if (first !== undefined && first.message !== report.message) this.#flush();
    if (report.status === "skipped") {
      this.#skipped.push(report);
      return;
    }
    const { step, status, message, hint } = report;
    const head = `  ${MARKS[status]} ${toWords(step).padEnd(NAME_WIDTH)}  `;
    this.#write(this.#wrap(head, message));
    if (hint !== undefined) this.#write(this.#wrap(`${INDENT}→ `, hint));
  }

  /** All steps have ended. */
  end(report: DoctorReport): void {
    this.#flush();
    this.#write(`\n${toVerdict(report)}`);
  }

  #flush(): void {
    const [first] = this.#skipped;
    if (first === undefined) return;
    const names = this.#skipped.map(({ step }) => toWords(step)).join(", ");
    this.#skipped = [];
    const head = `  ${MARKS.skipped} ${names.padEnd(NAME_WIDTH)}  `;
    if (names.length <= NAME_WIDTH) this.#write(this.#wrap(head, first.message));
    else {
      this.#write(this.#wrap(`  ${MARKS.skipped} `, names));
      this.#write(this.#wrap(INDENT, first.message));
    }
  }

  /** Lines that begin below each other; an address is never broken. */
  #wrap(head: string, text: string): string {
    const lines: string[] = [];
    let line = "";
    for (const word of text.split(/\s+/)) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (line !== "" && head.length + longer.length > this.#columns) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    return head + [...lines, line].join(`\n${" ".repeat(head.length)}`);
  }
}

function toVerdict({ steps }: DoctorReport): string {
  const failed = steps.filter(({ status }) => status === "failed");
  const warnings = steps.filter(({ status }) => status === "warning").length;
  const [first] = failed;
  if (first !== undefined) {
    const others = failed.length === 1 ? "" : `, and ${failed.length - 1} more`;
    return `It fails at ${toWords(first.step)}${others} [${first.code ?? "failed"}]`;
  }
  if (warnings === 0) return "Everything works";
  return `It works, with ${warnings === 1 ? "a warning" : `${warnings} warnings`}`;
}

function toWords(step: StepReport["step"]): string {
  return step.replace("_", " ");
}
