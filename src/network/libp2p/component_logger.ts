import type { ComponentLogger, Logger as RawLogger } from "@libp2p/interface";
import { toErrorMessage } from "../../error/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";

/**
 * Make libp2p log through our logger: its errors at debug level, as most of them are other people's
 * (a peer that went away, a scanner), and the rest, which is a great deal, not at all.
 */
export function createComponentLogger(logger: Logger | undefined): ComponentLogger {
  return { forComponent: (name) => createRawLogger(name, logger) };
}

function createRawLogger(component: string, logger: Logger | undefined): RawLogger {
  const error = (template: unknown, ...values: unknown[]): void => {
    logger?.debug("libp2p reported an error", { component, error: format(template, values) });
  };
  // A new function each time, as the members belong to it.
  return Object.assign(() => {}, {
    error,
    trace: () => {},
    enabled: false,
    newScope: (name: string) => createRawLogger(`${component}:${name}`, logger),
  });
}

/** libp2p's templates have placeholders such as `%p` for a peer and `%e` for an error. */
function format(template: unknown, values: readonly unknown[]): string {
  const rest = [...values];
  return toErrorMessage(template).replace(
    /%[a-zA-Z]/g,
    (placeholder) => rest.length === 0 ? placeholder : toErrorMessage(rest.shift()),
  );
}
