import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";

/** Members whose values are data and no schemas. */
const DATA: ReadonlySet<string> = new Set(["const", "default", "enum", "example", "examples"]);
/** Members that hold schemas by names of the schema's choice. */
const NAMED: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "dependentSchemas",
  "$defs",
  "definitions",
]);

/**
 * Make a JSON Schema part of a larger document: what it says of itself (`#/$defs/x`) is then elsewhere.
 *
 * @param schema The schema.
 * @param place Where its root comes to be, such as `#/components/schemas/x`.
 * @returns The schema with its references moved.
 */
export function moveReferences(schema: JsonObject, place: string): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, moveMember(name, value, place)]),
  );
}

function moveMember(name: string, value: JsonValue, place: string): JsonValue {
  if (DATA.has(name)) return value;
  if (name === "$ref" && typeof value === "string") {
    return value.startsWith("#") ? `${place}${value.slice(1)}` : value;
  }
  if (NAMED.has(name) && isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, schema]) => [key, moveValue(schema, place)]),
    );
  }
  return moveValue(value, place);
}

function moveValue(value: JsonValue, place: string): JsonValue {
  if (Array.isArray(value)) return value.map((item) => moveValue(item, place));
  return isJsonObject(value) ? moveReferences(value, place) : value;
}
