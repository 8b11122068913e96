import type { Config } from "../config/mod.ts";
import type { Terminal } from "./terminal.ts";
import { configureLogging } from "../telemetry/mod.ts";

/**
 * Send the log to standard error, as the configuration says.
 *
 * @param config The configuration.
 * @param terminal The terminal.
 */
export function configureCommandLogging(config: Config, terminal: Terminal): void {
  configureLogging({
    level: config.log.level,
    format: config.log.format,
    color: terminal.hasColor,
    write: (text) => terminal.writeErr(text),
  });
}
