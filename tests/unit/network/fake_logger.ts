import type { LogFields, Logger } from "../../../src/telemetry/mod.ts";

/** A logger that remembers. */
export class FakeLogger implements Logger {
  readonly lines: [level: string, message: string, fields: LogFields][] = [];
  debug = (message: string, fields?: LogFields): void => this.#log("debug", message, fields);
  info = (message: string, fields?: LogFields): void => this.#log("info", message, fields);
  warn = (message: string, fields?: LogFields): void => this.#log("warn", message, fields);
  error = (message: string, fields?: LogFields): void => this.#log("error", message, fields);
  with = (): Logger => this;

  #log(level: string, message: string, fields: LogFields = {}): void {
    this.lines.push([level, message, fields]);
  }
}
