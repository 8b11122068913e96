import { AppError } from "../error/mod.ts";
import { shorten } from "./shorten.ts";

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
    super(`Cannot call tool as there is none with this name: tool "${shorten(toolName)}"`, {
      hint: suggestions.length === 0
        ? "List the tools to see what there is"
        : `Did you mean ${suggestions.map((name) => `"${name}"`).join(" or ")}?`,
    });
  }
}

/** The arguments of a call do not fit the tool's schema, or those of a prompt what it asks for. */
export class InvalidArgumentsError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "InvalidArgumentsError";
  /** `invalid_arguments`. */
  readonly code = "invalid_arguments";

  /**
   * Creates the error.
   *
   * @param toolName The tool, or the prompt.
   * @param problems What is wrong, one sentence each, beginning with the path.
   * @param kind Which of the two it is.
   */
  constructor(
    readonly toolName: string,
    readonly problems: readonly string[],
    kind: "tool" | "prompt" = "tool",
  ) {
    const action = kind === "tool" ? "call" : "get";
    super(
      `Cannot ${action} ${kind} as its arguments are invalid: ${kind} "${toolName}"; ${
        problems.join("; ")
      }`,
    );
  }
}

/** There is no prompt with this name. */
export class UnknownPromptError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "UnknownPromptError";
  /** `unknown_prompt`. */
  readonly code = "unknown_prompt";

  /**
   * Creates the error.
   *
   * @param promptName The name that was asked for.
   */
  constructor(readonly promptName: string) {
    super(`Cannot get prompt as there is none with this name: prompt "${shorten(promptName)}"`, {
      hint: "List the prompts to see what there is",
    });
  }
}

/** There is no resource with this URI. */
export class UnknownResourceError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "UnknownResourceError";
  /** `unknown_resource`. */
  readonly code = "unknown_resource";

  /**
   * Creates the error.
   *
   * @param uri The URI that was asked for.
   */
  constructor(readonly uri: string) {
    super(`Cannot read resource as there is none with this URI: resource "${shorten(uri)}"`, {
      hint: "List the resources and their templates to see what there is",
    });
  }
}

/** A cursor that no list has given out, or one that is too old. */
export class InvalidCursorError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "InvalidCursorError";
  /** `invalid_cursor`. */
  readonly code = "invalid_cursor";

  /**
   * Creates the error.
   *
   * @param cursor The cursor that was given.
   */
  constructor(readonly cursor: string) {
    super(`Cannot list as the cursor is none of this list: cursor "${shorten(cursor)}"`, {
      hint: "List again from the start",
    });
  }
}
