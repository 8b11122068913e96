import { z } from "zod";
import { listSettingGroups, listSettings, schemaOfSetting, type Setting } from "./settings.ts";

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema of `mcpp.json`, for editors. Secrets have no place in the file.
 *
 * @returns The text of `docs/mcpp.schema.json`.
 */
export function generateJsonSchema(): string {
  const groups = listSettingGroups().filter(({ name }) => name !== "");
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Configuration of mcpp",
    ...toObjectSchema({
      $schema: { type: "string", description: "Where this schema is, for editors." },
      ...propertiesOf(""),
      ...Object.fromEntries(groups.map(({ name, description }) => [
        name,
        { description, ...toObjectSchema(propertiesOf(name)) },
      ])),
    }),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/**
 * The JSON Schema of one setting's value.
 *
 * @param setting Which setting.
 * @returns The schema, with description and default.
 */
export function toSettingSchema(setting: Setting): JsonSchema {
  const { $schema: _dialect, default: _default, ...value } = z.toJSONSchema(
    schemaOfSetting(setting.path),
    { io: "input" },
  );
  const hasDefault = setting.default !== undefined;
  return {
    description: setting.description,
    ...value,
    ...(hasDefault ? { default: setting.default } : {}),
  };
}

function propertiesOf(group: string): JsonSchema {
  const settings = listSettings().filter((setting) => setting.group === group && !setting.isSecret);
  return Object.fromEntries(settings.map((setting) => [
    setting.path.slice(setting.path.lastIndexOf(".") + 1),
    toSettingSchema(setting),
  ]));
}

function toObjectSchema(properties: JsonSchema): JsonSchema {
  return { type: "object", additionalProperties: false, properties };
}
