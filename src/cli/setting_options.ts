import { type Command, Option } from "commander";
import {
  type CommandKind,
  type FlagValues,
  listSettingGroups,
  listSettings,
  loadConfig,
  SOURCE_OPTIONS,
} from "../config/mod.ts";
import type { Config, Setting } from "../config/mod.ts";
import { repeatedOption } from "./repeated_option.ts";

/** The options that say where the configuration is. */
interface SourceOptions {
  readonly config?: string;
  readonly envFile?: string;
}

/** Which settings a command reads; its other options may have names that settings of others have. */
const KINDS = new WeakMap<Command, SettingSelection>();

interface SettingSelection {
  readonly kind: CommandKind;
  readonly groups: readonly string[] | undefined;
}

/** Which settings have flags. */
export interface SettingOptionsOptions {
  /** Those of these groups only; `""` is the group of those that have none. @default all groups */
  readonly groups?: readonly string[] | undefined;
}

/**
 * Give a command a flag for each setting that it reads, grouped in its help.
 *
 * @param command The command.
 * @param kind Which settings it reads.
 * @param options Whether it has flags for all of them.
 */
export function addSettingOptions(
  command: Command,
  kind: CommandKind,
  { groups }: SettingOptionsOptions = {},
): void {
  const selection = { kind, groups };
  KINDS.set(command, selection);
  for (const { flag, placeholder, description } of SOURCE_OPTIONS) {
    command.addOption(new Option(`${flag} <${placeholder}>`, description).helpGroup("General:"));
  }
  for (const group of listSettingGroups()) {
    const settings = listSettings().filter((setting) =>
      setting.group === group.name && isSelected(setting, selection) && setting.flag !== undefined
    );
    for (const setting of settings) {
      for (const option of toOptions(setting)) {
        command.addOption(option.helpGroup(group.description.replace(/\.$/, ":")));
      }
    }
  }
}

/**
 * Read the configuration of a command.
 *
 * @param command The parsed command.
 * @returns The configuration.
 * @throws {ConfigError} With every problem at once.
 */
export function loadCommandConfig(command: Command): Promise<Config> {
  const { config, envFile } = command.opts<SourceOptions>();
  return loadConfig({ flags: readFlags(command), configFile: config, envFile });
}

function readFlags(command: Command): FlagValues {
  const given = command.opts<Record<string, string | boolean | string[] | undefined>>();
  const flags: Record<string, string | boolean | string[] | undefined> = {};
  const selection = KINDS.get(command);
  for (const setting of listSettings()) {
    if (selection === undefined || !isSelected(setting, selection)) continue;
    const attribute = setting.flag === undefined ? undefined : toAttribute(setting.flag);
    if (attribute !== undefined && given[attribute] !== undefined) {
      flags[setting.path] = given[attribute];
    }
  }
  return flags;
}

function isSelected({ group, commands }: Setting, { kind, groups }: SettingSelection): boolean {
  return commands.includes(kind) && (groups === undefined || groups.includes(group));
}

function toAttribute(flag: string): string {
  return createValueOption(flag, "").attributeName();
}

/** An option that takes a value, also one whose name begins with `no-`, which is no negation then. */
function createValueOption(flags: string, description: string): Option {
  const option = new Option(flags, description);
  option.negate = false;
  return option;
}

function toOptions(setting: Setting): readonly Option[] {
  const flag = setting.flag ?? "";
  const description = `${setting.description} (env: ${setting.env})`;
  if (setting.negatable) {
    // Only the one that changes something is shown; the other overrules environment and file.
    const isOn = setting.default === true;
    const shown = description.replace(/^Whether /, isOn ? "Unless given, " : "If given, ");
    return [
      new Option(flag, shown).hideHelp(isOn),
      new Option(flag.replace("--", "--no-"), shown).hideHelp(!isOn),
    ];
  }
  const option = createValueOption(
    `${flag} <${setting.placeholder ?? "value"}>`,
    `${description} (default: ${setting.defaultText})`,
  );
  return [setting.repeatable ? option.argParser(repeatedOption) : option];
}
