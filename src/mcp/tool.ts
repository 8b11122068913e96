import type { JsonValue } from "../codec/mod.ts";
import type { CallContext } from "./call_context.ts";

/**
 * A tool as a plain module: a name, schemas, and a function of what it needs and what it is given.
 * Nothing is registered at import; `app/` supplies the dependencies.
 */
export interface Tool<Deps, Input, Output> {
  /** 1 to 64 characters of `A-Z a-z 0-9 _ . / -`. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** For models: what it does, when to use it, what it returns. */
  readonly description: string;
  /** Checks and completes the arguments. */
  readonly input: ToolSchema<Input>;
  /** Shape of the result. */
  readonly output: ToolSchema<Output>;
  /** Hints of the MCP specification. */
  readonly annotations?: ToolAnnotations | undefined;
  /**
   * What it belongs to, such as `tasks`: tools are switched off, and scopes are given, by family. Who
   * calls needs the scope `<family>:read` if the tool changes nothing, else `<family>:write`.
   *
   * @default {"custom"}
   */
  readonly family?: string | undefined;
  /** Whether a `tool.call` task from another node may run it. @default {false} */
  readonly callableByTasks?: boolean | undefined;
  /** One short text for clients that show no structured content. @default compact JSON */
  summarize?(output: Output): string;
  /** Do it. Throw an `AppError` to fail with its code. */
  run(deps: Deps, input: Input, context: ToolContext): Promise<Output> | Output;
}

/** A zod schema for values of one type; only this part of zod is seen in the types of tools. */
export interface ToolSchema<T> {
  /** Checks and completes a value. */
  safeParse(value: unknown): ToolSchemaResult<T>;
}

/** What a schema makes of a value. */
export type ToolSchemaResult<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: ToolSchemaError };

/** What a schema finds wrong with a value. */
export interface ToolSchemaError {
  /** One entry for each problem, with where it is. */
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

/** What a running tool can use. */
export interface ToolContext extends CallContext {
  /** Tell the caller how far it is. Dropped when nobody listens. */
  reportProgress(progress: ToolProgress): void;
  /** Sends a log message, if the caller wants such. Absent where nobody can get one. */
  readonly log?: ((entry: ToolLogEntry) => void) | undefined;
  /**
   * Let go of the connection that the call came over; the caller comes back for the result. Absent where
   * it could not.
   */
  readonly detach?: (() => void) | undefined;
}

/** A log message to the caller. */
export interface ToolLogEntry {
  /** How important it is. */
  readonly level: LogLevel;
  /** Which part of the program speaks. @default {undefined} */
  readonly logger?: string | undefined;
  /** What it says. */
  readonly data: JsonValue;
}

/** Levels of the MCP specification, least important first (RFC 5424). */
export type LogLevel =
  | "debug"
  | "info"
  | "notice"
  | "warning"
  | "error"
  | "critical"
  | "alert"
  | "emergency";

/** How far a tool is. */
export interface ToolProgress {
  /** Grows with every report. */
  readonly progress: number;
  /** What `progress` will be at the end, if known. */
  readonly total?: number | undefined;
  /** What it is doing, for a person. */
  readonly message?: string | undefined;
}

/** Hints of the MCP specification about a tool's behaviour. */
export interface ToolAnnotations {
  /** It changes nothing. */
  readonly readOnlyHint?: boolean | undefined;
  /** It may destroy something. */
  readonly destructiveHint?: boolean | undefined;
  /** Calling it twice is the same as once. */
  readonly idempotentHint?: boolean | undefined;
  /** It deals with the outside world. */
  readonly openWorldHint?: boolean | undefined;
}
