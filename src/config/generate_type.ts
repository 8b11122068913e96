import { toSettingSchema } from "./generate_json_schema.ts";
import { listSettingGroups, listSettings, type Setting } from "./settings.ts";
import { wrapText } from "./wrap_text.ts";

/**
 * The TypeScript interface of the configuration, written out because the types of a published
 * package have to stand without running zod's inference.
 *
 * @returns The text of `src/config/config.ts`.
 */
export function generateType(): string {
  const groups = listSettingGroups().filter(({ name }) => name !== "");
  const members = groups.map(({ name, description }) =>
    `${toComment(description)}  readonly ${name}: ${toInterfaceName(name)};\n`
  );
  return [
    "// Generated from schema.ts by write_generated.ts; edit that file and run this one again.\n",
    toInterface(
      "Config",
      "The whole configuration, complete and checked.",
      toMembers("") + members.join(""),
    ),
    ...groups.map(({ name, description }) =>
      toInterface(toInterfaceName(name), description, toMembers(name))
    ),
  ].join("\n");
}

function toInterface(name: string, description: string, members: string): string {
  return `/** ${description} */\nexport interface ${name} {\n${members}}\n`;
}

function toMembers(group: string): string {
  return listSettings().filter((setting) => setting.group === group).map(toMember).join("");
}

function toMember(setting: Setting): string {
  const name = setting.path.slice(setting.path.lastIndexOf(".") + 1);
  const tag = setting.default === undefined
    ? ` @default ${setting.defaultText}`
    : ` @default {${JSON.stringify(setting.default)}}`;
  const type = toTypeText(toSettingSchema(setting));
  return `${toComment(setting.description, tag)}  readonly ${name}: ${type};\n`;
}

function toComment(description: string, tag = ""): string {
  const line = `  /** ${description}${tag} */\n`;
  if (line.length <= 100) return line;
  const lines = wrapText(description, { width: 94 });
  const rest = tag === "" ? [] : ["", tag.trim()];
  return `  /**\n${
    [...lines, ...rest].map((text) => `   * ${text}`.trimEnd()).join("\n")
  }\n   */\n`;
}

function toInterfaceName(group: string): string {
  return `${group.slice(0, 1).toUpperCase()}${group.slice(1)}Config`;
}

function toTypeText(schema: Readonly<Record<string, unknown>>): string {
  const { anyOf, const: literal, enum: choices, items, type } = schema;
  if (Array.isArray(anyOf)) return toUnionText(anyOf.map(toTypeText));
  if (literal !== undefined) return JSON.stringify(literal);
  if (Array.isArray(choices)) return toUnionText(choices.map((choice) => JSON.stringify(choice)));
  if (type === "array") return `readonly ${toTypeText({ ...(items as object) })}[]`;
  return type === "integer" ? "number" : String(type);
}

/** `string` makes string literals beside it pointless. */
function toUnionText(types: readonly string[]): string {
  const hasString = types.includes("string");
  const needed = types.filter((type) => !(hasString && type.startsWith('"')));
  return [...new Set(needed)].join(" | ");
}
