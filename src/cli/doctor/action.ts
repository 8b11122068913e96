import { diagnose, type DoctorReport } from "../../app/mod.ts";
import type { JsonObject } from "../../codec/mod.ts";
import type { Config } from "../../config/mod.ts";
import { toClientTarget } from "../client_options.ts";
import { EXIT } from "../exit_code.ts";
import { configureCommandLogging } from "../logging.ts";
import { listenForStop } from "../stop_signal.ts";
import type { Terminal } from "../terminal.ts";
import { toPrintable } from "../to_printable.ts";
import { ReportPrinter } from "./report_printer.ts";

/** The options of `mcpp doctor` besides its settings. */
export interface DoctorOptions {
  readonly json?: boolean;
  readonly timeoutMs?: number;
}

/** One `mcpp doctor`. */
export interface DoctorInput {
  /** The other node; this machine's own if absent. */
  readonly multiaddr: string | undefined;
  readonly options: DoctorOptions;
  readonly config: Config;
  readonly terminal: Terminal;
}

/**
 * Look at a node and print what was found: for a person each step as it ends, for a program all of it.
 *
 * @param input Which node.
 * @returns The exit code.
 */
export async function doctor(input: DoctorInput): Promise<number> {
  const { multiaddr, options, config, terminal } = input;
  configureCommandLogging(config, terminal);
  using stop = listenForStop();
  const { signal } = stop;
  const printer = terminal.isInteractive && options.json !== true
    ? new ReportPrinter({
      write: (text) => terminal.writeOut(`${toPrintable(text)}\n`),
      columns: terminal.errColumns,
    })
    : undefined;
  const target = toClientTarget({}, config);
  try {
    printer?.begin(multiaddr);
    const report = await diagnose(config, {
      multiaddr,
      url: typeof target === "string" ? target : undefined,
      timeoutMs: options.timeoutMs,
      onStep: (step) => printer?.note(step),
      signal,
    });
    if (printer === undefined) terminal.writeOut(`${JSON.stringify(toJson(report))}\n`);
    else printer.end(report);
    return report.ok ? EXIT.ok : EXIT.internal;
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    throw error;
  }
}

function toJson({ ok, multiaddr, peerId, steps }: DoctorReport): JsonObject {
  return {
    ok,
    multiaddr: multiaddr ?? null,
    peerId: peerId ?? null,
    steps: steps.map(({ step, status, message, code, hint, durationMs, details }) => ({
      step,
      status,
      message,
      ...(code !== undefined && { code }),
      ...(hint !== undefined && { hint }),
      durationMs: Math.round(durationMs),
      ...(details !== undefined && { details }),
    })),
  };
}
