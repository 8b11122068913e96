import assert from "node:assert/strict";
import { moveReferences } from "../../../../src/http/docs/move_references.ts";

Deno.test("moveReferences moves what a schema says of itself, wherever it says it", () => {
  const schema = {
    $ref: "#",
    properties: { a: { $ref: "#/$defs/a" }, list: { items: [{ $ref: "#/$defs/a" }] } },
    anyOf: [{ $ref: "#/$defs/a" }, { type: "null" }],
    $defs: { a: { properties: { next: { $ref: "#/$defs/a" } } } },
  };
  assert.deepEqual(moveReferences(schema, "#/x"), {
    $ref: "#/x",
    properties: { a: { $ref: "#/x/$defs/a" }, list: { items: [{ $ref: "#/x/$defs/a" }] } },
    anyOf: [{ $ref: "#/x/$defs/a" }, { type: "null" }],
    $defs: { a: { properties: { next: { $ref: "#/x/$defs/a" } } } },
  });
});

Deno.test("moveReferences leaves data, other documents and oddly named properties alone", () => {
  const schema = {
    properties: { $ref: { type: "string" }, default: { $ref: "https://example.org/a#/b" } },
    default: { $ref: "#/a" },
    enum: [{ $ref: "#/a" }],
    const: { $ref: "#/a" },
    examples: [{ $ref: "#/a" }],
    required: ["$ref"],
    additionalProperties: false,
  };
  assert.deepEqual(moveReferences(schema, "#/x"), schema);
});
