import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import type { RemoteTool } from "../../mcp/mod.ts";
import { formatEntry } from "../format_entry.ts";

/**
 * A tool in a list: its name, its arguments, those that can be left out in brackets, and what it does.
 *
 * @param tool The tool.
 * @returns Some lines.
 */
export function summarizeTool(tool: RemoteTool): string {
  const { name, description, inputSchema } = tool;
  const shown = readProperties(inputSchema).map((property) =>
    property.isRequired ? property.name : `[${property.name}]`
  );
  const hints = describeHints(tool);
  const head = [name, ...shown, ...hints === "" ? [] : [`(${hints})`]].join(" ");
  return formatEntry(head, description);
}

/**
 * All about a tool, for a person who is going to call it.
 *
 * @param tool The tool.
 * @returns Some paragraphs.
 */
export function describeTool(tool: RemoteTool): string {
  const { name, title, description, inputSchema, outputSchema } = tool;
  const hints = describeHints(tool);
  const head = [name, ...title === undefined ? [] : [`– ${title}`]].join(" ");
  return [
    formatEntry(hints === "" ? head : `${head} (${hints})`, description),
    describeProperties("Arguments:", inputSchema) || "No arguments",
    outputSchema === undefined ? "" : describeProperties("Returns:", outputSchema),
    `Call it:\n    mcpp call ${name} '${toExample(inputSchema)}'`,
  ].filter((part) => part !== "").join("\n\n");
}

/** Something that a schema describes. */
interface Property {
  readonly name: string;
  readonly isRequired: boolean;
  readonly schema: JsonObject;
}

function readProperties(schema: JsonObject): readonly Property[] {
  const { properties = null, required } = schema;
  if (!isJsonObject(properties)) return [];
  const names = new Set(Array.isArray(required) ? required : []);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    isRequired: names.has(name),
    schema: isJsonObject(schema) ? schema : {},
  }));
}

function describeHints({ annotations = {} }: RemoteTool): string {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations;
  return [
    readOnlyHint ? "reads only" : destructiveHint ? "may destroy" : "",
    idempotentHint && !readOnlyHint ? "repeatable" : "",
    openWorldHint ? "reaches out" : "",
  ].filter((hint) => hint !== "").join(", ");
}

function describeProperties(head: string, schema: JsonObject): string {
  const properties = readProperties(schema);
  if (properties.length === 0) return "";
  const lines = properties.flatMap((property) => describeProperty(property).split("\n"));
  return [head, ...lines.map((line) => `    ${line}`)].join("\n");
}

function describeProperty({ name, isRequired, schema }: Property): string {
  const { description, default: fallback } = schema;
  const facts = [
    describeType(schema),
    ...isRequired ? ["required"] : [],
    ...fallback === undefined ? [] : [`default ${JSON.stringify(fallback)}`],
  ].filter((fact) => fact !== "");
  return formatEntry(
    `${name} (${facts.join(", ")})`,
    typeof description === "string" ? description : "",
  );
}

function describeType({ type, enum: values, items, anyOf }: JsonObject): string {
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (Array.isArray(anyOf)) {
    return anyOf.filter(isJsonObject).map(describeType).filter((text) => text !== "").join(" | ");
  }
  if (type === "array" && items !== undefined && isJsonObject(items)) {
    return `list of ${describeType(items) || "anything"}`;
  }
  return Array.isArray(type) ? type.join(" | ") : typeof type === "string" ? type : "";
}

/** A call with what it cannot do without. */
function toExample(schema: JsonObject): string {
  const required = readProperties(schema).filter(({ isRequired, schema }) =>
    isRequired && schema["default"] === undefined
  );
  return JSON.stringify(Object.fromEntries(required.map(({ name, schema }) => [
    name,
    toExampleValue(schema),
  ])));
}

function toExampleValue({ type, enum: values }: JsonObject): JsonValue {
  if (Array.isArray(values)) return values[0] ?? null;
  const examples: Readonly<Record<string, JsonValue>> = {
    string: "…",
    number: 1,
    integer: 1,
    boolean: true,
    array: [],
    object: {},
  };
  return typeof type === "string" ? examples[type] ?? null : null;
}
