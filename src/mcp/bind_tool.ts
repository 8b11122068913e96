import type { JsonObject, JsonValue } from "../codec/mod.ts";
import { z } from "zod";
import { InvalidArgumentsError } from "./errors.ts";
import type { Tool, ToolAnnotations, ToolContext, ToolSchemaError } from "./tool.ts";
import { toJsonSchema } from "./to_json_schema.ts";

/** A tool with its dependencies inside and its types erased: all a server needs to know. */
export interface BoundTool {
  /** For programs. */
  readonly name: string;
  /**
   * What clients see in the list of tools; compiled at the first look.
   *
   * @throws {TypeError} If a schema has no JSON Schema form or is not about an object.
   */
  readonly definition: ToolDefinition;
  /** Whether a `tool.call` task from another node may run it. */
  readonly callableByTasks: boolean;
  /** What it belongs to. */
  readonly family: string;
  /** What its caller needs: `<family>:read` or `<family>:write`. */
  readonly scope: string;
  /**
   * Check the arguments, do it, check the result.
   *
   * @throws {InvalidArgumentsError} If the arguments do not fit the input schema.
   */
  run(args: unknown, context: ToolContext): Promise<ToolOutput>;
}

/** A tool as the list of tools shows it. */
export interface ToolDefinition {
  /** For programs. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** For models. */
  readonly description: string;
  /** JSON Schema 2020-12. */
  readonly inputSchema: JsonObject;
  /** JSON Schema 2020-12. */
  readonly outputSchema?: JsonObject | undefined;
  /** Hints about what it does. */
  readonly annotations?: ToolAnnotations;
}

/** What a tool returned. */
export interface ToolOutput {
  /** As the output schema says; `undefined` for a tool that has none. */
  readonly value: JsonValue | undefined;
  /** For clients that show no structured content. */
  readonly text: string;
  /** Content blocks of the MCP specification, instead of the text. @default one text block */
  readonly content?: readonly JsonObject[] | undefined;
}

/**
 * Give a tool its dependencies.
 *
 * @param tool The tool.
 * @param deps What it needs.
 * @returns The tool, ready for a table.
 *
 * @example A tool and its dependency
 * ```ts
 * import { bindTool, type Tool } from "./mod.ts";
 * import assert from "node:assert/strict";
 * import { z } from "zod";
 *
 * const greetTool: Tool<{ greeting: string }, { name: string }, { text: string }> = {
 *   name: "greet",
 *   title: "Greet",
 *   description: "Greets somebody.",
 *   input: z.object({ name: z.string() }),
 *   output: z.object({ text: z.string() }),
 *   run: ({ greeting }, { name }) => ({ text: `${greeting}, ${name}` }),
 * };
 * const bound = bindTool(greetTool, { greeting: "Hello" });
 * assert.deepEqual(bound.definition.inputSchema["required"], ["name"]);
 * ```
 */
export function bindTool<Deps, Input, Output>(
  tool: Tool<Deps, Input, Output>,
  deps: Deps,
): BoundTool {
  const { name, family = "custom" } = tool;
  let definition: ToolDefinition | undefined;
  return {
    name,
    get definition(): ToolDefinition {
      definition ??= describeTool(tool);
      return definition;
    },
    callableByTasks: tool.callableByTasks ?? false,
    family,
    scope: `${family}:${tool.annotations?.readOnlyHint === true ? "read" : "write"}`,
    async run(args, context) {
      const input = tool.input.safeParse(args ?? {});
      if (!input.success) throw new InvalidArgumentsError(name, toProblems(input.error));
      const output = await tool.run(deps, input.data, context);
      return toOutput(tool, output);
    },
  };
}

function describeTool<Deps, Input, Output>(tool: Tool<Deps, Input, Output>): ToolDefinition {
  const { name, title, description, annotations } = tool;
  return Object.freeze({
    name,
    title,
    description,
    inputSchema: toJsonSchema(tool.input, { toolName: name, io: "input" }),
    outputSchema: toJsonSchema(tool.output, { toolName: name, io: "output" }),
    ...(annotations !== undefined && { annotations }),
  });
}

/**
 * Every result is parsed: what is not in the schema never leaves the node, and a tool that breaks
 * its own contract is found at once.
 */
function toOutput<Deps, Input, Output>(
  tool: Tool<Deps, Input, Output>,
  output: Output,
): ToolOutput {
  const checked = tool.output.safeParse(output);
  if (!checked.success) {
    const problems = toProblems(checked.error).join("; ");
    throw new TypeError(
      `Cannot return result as it does not fit the output schema: tool "${tool.name}"; ${problems}`,
    );
  }
  const text = tool.summarize?.(checked.data) ?? JSON.stringify(checked.data);
  return { value: checked.data as JsonObject, text };
}

function toProblems(error: ToolSchemaError): readonly string[] {
  return error.issues.map((issue) =>
    `${z.core.toDotPath([...issue.path]) || "(all)"}: ${issue.message}`
  );
}
