import { z } from "zod";
import { configSchema } from "./schema.ts";
import { type CommandKind, type EnvAlias, settingMetas } from "./setting_meta.ts";

/** What kind of value a setting holds. */
export type SettingType = "string" | "integer" | "boolean" | "choice" | "list";

/** One setting of the configuration, with every way to set it. */
export interface Setting {
  /** Where it is in the configuration and its file, such as `server.port`. */
  readonly path: string;
  /** The first part of a nested path; empty for a setting at the top. */
  readonly group: string;
  /** The flag without its placeholder, such as `--port`; `undefined` for a secret. */
  readonly flag: string | undefined;
  /** Placeholder of the flag's value; `undefined` for a boolean. */
  readonly placeholder: string | undefined;
  /** The canonical environment name. */
  readonly env: string;
  /** Environment names of earlier systems, in the order in which they are consulted. */
  readonly aliases: readonly EnvAlias[];
  /** What kind of value it holds; a list holds strings. */
  readonly type: SettingType;
  /** The values that a `choice` allows; empty for other types. */
  readonly choices: readonly string[];
  /** The default; `undefined` when it depends on the machine. */
  readonly default: unknown;
  /** The default as text for help and documentation. */
  readonly defaultText: string;
  /** What it is for, as sentences. */
  readonly description: string;
  /** What a valid value is, in words. */
  readonly expected: string;
  /** Commands that read it. */
  readonly commands: readonly CommandKind[];
  /** Whether `--no-<name>` exists. */
  readonly negatable: boolean;
  /** Whether the flag may be given several times; its value may also be a comma-separated list. */
  readonly repeatable: boolean;
  /** Whether it must never be shown; such a setting has no flag and no place in the file. */
  readonly isSecret: boolean;
  /** Whether a relative value is resolved against where it was written. */
  readonly isPath: boolean;
  /** What the words `0`, `false`, `no` and `off` stand for, if anything. */
  readonly off: false | readonly [] | undefined;
}

/** A group of settings, as the help and the documentation show it. */
export interface SettingGroup {
  /** The member of the configuration; empty for the settings at the top. */
  readonly name: string;
  /** What the group is about, as one sentence. */
  readonly description: string;
}

const GROUPS: readonly SettingGroup[] = [
  { name: "", description: "General." },
  ...Object.entries(configSchema.shape)
    .filter(([, schema]) => schema instanceof z.ZodObject)
    .map(([name, schema]) => ({ name, description: schema.description ?? "" })),
];

const SETTINGS: readonly Setting[] = [...collect(configSchema, "")];

/**
 * All settings, in the order of the schema.
 *
 * @returns One entry per setting.
 *
 * @example Find the flag of a setting
 * ```ts
 * import { listSettings } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const port = listSettings().find((setting) => setting.path === "server.port");
 * assert.equal(port?.flag, "--port");
 * assert.equal(port?.env, "MCPP_PORT");
 * ```
 */
export function listSettings(): readonly Setting[] {
  return SETTINGS;
}

/**
 * The groups of settings, in the order of the schema; the first holds the settings at the top.
 *
 * @returns One entry per group.
 */
export function listSettingGroups(): readonly SettingGroup[] {
  return GROUPS;
}

/**
 * The leaf schema of a setting.
 *
 * @param path Such as `server.port`.
 * @returns The schema with its default.
 * @throws {RangeError} If there is no such setting.
 */
export function schemaOfSetting(path: string): z.core.$ZodType {
  let schema: z.core.$ZodType | undefined = configSchema;
  for (const name of path.split(".")) {
    schema = schema instanceof z.ZodObject ? schema.shape[name] : undefined;
  }
  if (schema === undefined) throw new RangeError(`Cannot find setting: path "${path}"`);
  return schema;
}

function* collect(schema: z.ZodObject, group: string): Generator<Setting> {
  for (const [name, member] of Object.entries(schema.shape)) {
    if (member instanceof z.ZodObject) yield* collect(member, name);
    else yield toSetting(member, group, name);
  }
}

function toSetting(schema: z.core.$ZodType, group: string, member: string): Setting {
  const path = group === "" ? member : `${group}.${member}`;
  const meta = settingMetas.get(schema);
  if (meta === undefined) throw new TypeError(`Cannot list setting as it has no name: "${path}"`);
  const value = schema instanceof z.ZodDefault ? schema.def.innerType : schema;
  const defaultValue = schema instanceof z.ZodDefault && meta.defaultText === undefined
    ? schema.def.defaultValue
    : undefined;
  const type = typeOf(value);
  const isSecret = meta.isSecret ?? false;
  return {
    path,
    group,
    flag: isSecret ? undefined : `--${meta.name}`,
    placeholder: meta.placeholder,
    env: `MCPP_${meta.name.toUpperCase().replaceAll("-", "_")}`,
    aliases: meta.aliases ?? [],
    type,
    choices: value instanceof z.ZodEnum ? value.options.map(String) : [],
    default: defaultValue,
    defaultText: meta.defaultText ?? toDefaultText(defaultValue),
    description: meta.description,
    expected: meta.expected,
    commands: meta.commands,
    negatable: type === "boolean",
    repeatable: type === "list",
    isSecret,
    isPath: meta.isPath ?? false,
    off: meta.off,
  };
}

function typeOf(schema: z.core.$ZodType): SettingType {
  if (schema instanceof z.ZodNumber) return "integer";
  if (schema instanceof z.ZodBoolean) return "boolean";
  if (schema instanceof z.ZodEnum) return "choice";
  if (schema instanceof z.ZodArray) return "list";
  return "string";
}

function toDefaultText(value: unknown): string {
  if (value === "" || (Array.isArray(value) && value.length === 0)) return "none";
  return String(value);
}
