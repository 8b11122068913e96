import { AppError } from "../error/mod.ts";

/** There is no tool with this name. */
export class UnknownToolError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "UnknownToolError";
  /** `unknown_tool`. */
  readonly code = "unknown_tool";

  /**
   * Creates the error.
   *
   * @param toolName The name that was asked for.
   * @param suggestions Names that may have been meant, closest first.
   */
  constructor(readonly toolName: string, readonly suggestions: readonly string[] = []) {
    super(`Cannot call tool as there is none with this name: tool "${toolName}"`, {
      hint: suggestions.length === 0
        ? "List the tools to see what there is"
        : `Did you mean ${suggestions.map((name) => `"${name}"`).join(" or ")}?`,
    });
  }
}

/** The arguments of a call do not fit the tool's schema. */
export class InvalidArgumentsError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "InvalidArgumentsError";
  /** `invalid_arguments`. */
  readonly code = "invalid_arguments";

  /**
   * Creates the error.
   *
   * @param toolName The tool.
   * @param problems What is wrong, one sentence each, beginning with the path.
   */
  constructor(readonly toolName: string, readonly problems: readonly string[]) {
    super(
      `Cannot call tool as its arguments are invalid: tool "${toolName}"; ${problems.join("; ")}`,
    );
  }
}
