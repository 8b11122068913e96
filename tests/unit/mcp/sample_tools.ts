import { z } from "zod";
import { AppError } from "../../../src/error/mod.ts";
import { bindTool } from "../../../src/mcp/bind_tool.ts";
import type { McpServerOptions } from "../../../src/mcp/server/server_options.ts";
import type { Tool } from "../../../src/mcp/tool.ts";
import { createToolTable, type ToolTable } from "../../../src/mcp/tool_table.ts";
import type { LogFields, Logger } from "../../../src/telemetry/mod.ts";

export const echoTool: Tool<unknown, { text: string }, { text: string }> = {
  name: "echo",
  title: "Echo",
  description: "Gives back the text.",
  input: z.object({ text: z.string() }),
  output: z.object({ text: z.string() }),
  summarize: ({ text }) => text,
  run: (_deps, { text }) => ({ text }),
};

export class TestError extends AppError {
  override readonly name = "TestError";
  readonly code = "out_of_paper";
}

/** Fails as told: with an error made for callers, or with a bug. */
export const failTool: Tool<unknown, { how: "known" | "bug" }, Record<string, never>> = {
  name: "fail",
  title: "Fail",
  description: "Fails.",
  input: z.object({ how: z.enum(["known", "bug"]) }),
  output: z.object({}),
  run(_deps, { how }) {
    if (how === "bug") throw new Error("password is hunter2");
    throw new TestError("Cannot print as there is no paper", { hint: "Put paper in" });
  },
};

export const countTool: Tool<unknown, { to: number }, { counted: number }> = {
  name: "count",
  title: "Count",
  description: "Counts, with progress.",
  input: z.object({ to: z.number().int() }),
  output: z.object({ counted: z.number() }),
  async run(_deps, { to }, { reportProgress }) {
    for (let progress = 1; progress <= to; progress++) {
      reportProgress({ progress, total: to, message: `at ${progress}` });
      await Promise.resolve();
    }
    return { counted: to };
  },
};

/** A tool that runs until it is cancelled, and tells when it began and how it ended. */
export class Sleeper {
  readonly #started = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<unknown>();
  readonly #progressFirst: boolean;

  constructor(options: { readonly progressFirst?: boolean } = {}) {
    this.#progressFirst = options.progressFirst ?? false;
  }

  get started(): Promise<void> {
    return this.#started.promise;
  }

  /** The reason of its cancellation. */
  get ended(): Promise<unknown> {
    return this.#ended.promise;
  }

  get tool(): Tool<unknown, Record<string, never>, Record<string, never>> {
    return {
      name: "sleep",
      title: "Sleep",
      description: "Runs until cancelled.",
      input: z.object({}),
      output: z.object({}),
      run: async (_deps, _input, { signal, reportProgress }) => {
        if (this.#progressFirst) reportProgress({ progress: 1 });
        this.#started.resolve();
        await new Promise<void>((resolve) => {
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
        this.#ended.resolve(signal.reason);
        throw signal.reason;
      },
    };
  }
}

export class MemoryLogger implements Logger {
  readonly lines: {
    readonly level: string;
    readonly message: string;
    readonly fields?: LogFields;
  }[] = [];

  debug(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: "debug", message, fields });
  }
  info(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: "info", message, fields });
  }
  warn(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: "warn", message, fields });
  }
  error(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: "error", message, fields });
  }
  with(): Logger {
    return this;
  }
  /** The lines that someone must look at. */
  get failures(): readonly unknown[] {
    return this.lines.filter(({ level }) => level === "error" || level === "warn");
  }
}

export function createSampleTable(sleeper = new Sleeper()): ToolTable {
  return createToolTable([
    bindTool(echoTool, undefined),
    bindTool(failTool, undefined),
    bindTool(countTool, undefined),
    bindTool(sleeper.tool, undefined),
  ]);
}

export function createSampleServer(
  options: { readonly sleeper?: Sleeper; readonly logger?: Logger } = {},
): McpServerOptions {
  return {
    serverInfo: { name: "test-server", version: "1.2.3", title: "Test" },
    instructions: "Use it for tests.",
    tools: createSampleTable(options.sleeper),
    logger: options.logger ?? new MemoryLogger(),
  };
}
