import { generateDocs } from "./generate_docs.ts";
import { generateJsonSchema } from "./generate_json_schema.ts";
import { generateType } from "./generate_type.ts";

/** A file whose text follows from the schema. */
export interface GeneratedFile {
  readonly url: URL;
  readonly text: string;
}

/**
 * The files that follow from the schema: the type, the documentation, the JSON Schema.
 *
 * @returns Where each is and what it should say.
 */
export function listGeneratedFiles(): readonly GeneratedFile[] {
  return [
    { url: new URL("./config.ts", import.meta.url), text: generateType() },
    { url: new URL("../../docs/configuration.md", import.meta.url), text: generateDocs() },
    { url: new URL("../../docs/mcpp.schema.json", import.meta.url), text: generateJsonSchema() },
  ];
}

if (import.meta.main) {
  await Promise.all(listGeneratedFiles().map(({ url, text }) => Deno.writeTextFile(url, text)));
}
