import { AppError, type AppErrorOptions } from "../error/mod.ts";

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** The setting or member, such as `server.port`; empty when it is about a file as a whole. */
  readonly path: string;
  /** Where the value came from, such as `flag --port`, `env MCPP_PORT` or the path of a file. */
  readonly source: string;
  /** What was found there, as text; a secret is not shown. */
  readonly got: string;
  /** What should have been there. */
  readonly expected: string;
}

/** The configuration cannot be used. Carries every problem, not only the first. */
export class ConfigError extends AppError {
  /** The class name. */
  override readonly name = "ConfigError";
  /** `config_invalid`. */
  readonly code = "config_invalid";

  /**
   * An error about a whole configuration.
   *
   * @param problems What is wrong, at least one.
   */
  constructor(readonly problems: readonly ConfigProblem[]) {
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    super(
      [`Cannot use configuration as it has ${count}:`, ...problems.map(describeProblem)]
        .join("\n  "),
    );
  }
}

/** A file that should hold a secret does not. */
export class SecretFileError extends AppError {
  /** The class name. */
  override readonly name = "SecretFileError";
  /** `secret_file_unusable`. */
  readonly code = "secret_file_unusable";

  /**
   * An error about one file.
   *
   * @param path The file.
   * @param reason Why it cannot be used, completing "as".
   * @param options The underlying error and what to do about it.
   */
  constructor(readonly path: string, reason: string, options: AppErrorOptions = {}) {
    super(`Cannot read secret as ${reason}: file "${path}"`, options);
  }
}

function describeProblem(problem: ConfigProblem): string {
  const place = problem.path === "" ? problem.source : `${problem.path} (${problem.source})`;
  return `${place}: got ${problem.got}, expected ${problem.expected}`;
}
