import { CONFIG_FILE_NAME } from "./load_config.ts";
import { listSettingGroups, listSettings, type Setting } from "./settings.ts";
import { SOURCE_OPTIONS } from "./source_option.ts";
import { wrapText } from "./wrap_text.ts";

const INTRODUCTION: readonly string[] = [
  "Every setting can be given in several places. The first of these that has it wins:",
];

const SOURCES: readonly string[] = [
  "a flag of the command,",
  "an environment variable; the name that begins with `MCPP_` goes before older names,",
  "the same in a file of variables, `NAME=value` on each line, named by `--env-file`,",
  `the configuration file: the one named by \`--config\` or \`MCPP_CONFIG\`, otherwise \`${CONFIG_FILE_NAME}\` ` +
  "in the data directory if it is there,",
  "the default.",
];

const NOTES: readonly string[] = [
  `The configuration file is JSON; \`docs/mcpp.schema.json\` describes it for editors. No ${
    "`" + CONFIG_FILE_NAME + "`"
  } ` +
  "is looked for in the current directory, as a directory that one merely stands in should not be able to open a node " +
  "to others. Relative paths in the file start at the file's directory, all others at the current directory.",
  "In flags and variables a list is separated by commas, and a flag for a list may be repeated. True is `true`, `1`, " +
  "`yes`, `y` or `on`, false is `false`, `0`, `no`, `n` or `off`. A variable that is empty counts as not set.",
  "A secret has neither a flag, which other users of the machine could see, nor a place in the configuration file. When " +
  "a token and a token file are both given, the one from the place that goes first wins; from the same place, the file.",
  "A configuration that is wrong in any way is refused with all its problems, each with the setting, where the value " +
  "came from, what it is and what was expected.",
];

const EXAMPLE = `\`\`\`json
{
  "$schema": "./mcpp.schema.json",
  "server": { "port": 8080 },
  "p2p": { "tokenFile": "token.txt", "mdns": false }
}
\`\`\``;

/**
 * The documentation of the configuration.
 *
 * @returns The text of `docs/configuration.md`.
 */
export function generateDocs(): string {
  const blocks = [
    "<!-- Generated from src/config/schema.ts by src/config/write_generated.ts. -->",
    "# Configuration",
    ...INTRODUCTION.map(toParagraph),
    SOURCES.map((source, index) => wrapText(source, { bullet: `${index + 1}. ` }).join("\n"))
      .join("\n"),
    ...NOTES.map(toParagraph),
    EXAMPLE,
    "## Files",
    SOURCE_OPTIONS.map(({ flag, placeholder, description, env }) => {
      const variable = env === undefined ? "" : ` Environment: \`${env}\`.`;
      return toBullet(`\`${flag}\` \`<${placeholder}>\`: ${description}${variable}`);
    }).join("\n"),
    ...listSettingGroups().flatMap(({ name, description }) => [
      name === "" ? "## General" : `## \`${name}\``,
      ...(name === "" ? [] : [toParagraph(description)]),
      ...listSettings().filter((setting) => setting.group === name).flatMap(toBlocks),
    ]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function toBlocks(setting: Setting): readonly string[] {
  const names = [setting.env, ...setting.aliases.map(({ name, reading }) => name + note(reading))];
  const variables = names.map((name) => name.replace(/^\w+/, "`$&`")).join(", ");
  const kind = setting.repeatable ? `a list, each item ${setting.expected}` : setting.expected;
  const facts = [
    ...(setting.flag === undefined ? [] : [`Flag: ${toFlagText(setting)}`]),
    `Environment: ${variables}`,
    `Value: ${kind}`,
    `Default: ${toDefaultText(setting)}`,
    `Commands: ${setting.commands.join(", ")}`,
  ];
  return [
    `### \`${setting.path}\``,
    toParagraph(setting.description),
    facts.map(toBullet).join("\n"),
  ];
}

function toFlagText(setting: Setting): string {
  const { flag = "" } = setting;
  if (setting.negatable) return `\`${flag}\`, \`${flag.replace("--", "--no-")}\``;
  return `\`${flag}\` \`<${setting.placeholder}>\`${setting.repeatable ? ", repeatable" : ""}`;
}

function toDefaultText(setting: Setting): string {
  return setting.default === undefined || setting.defaultText === "none"
    ? setting.defaultText
    : `\`${setting.defaultText}\``;
}

function note(reading: Setting["aliases"][number]["reading"]): string {
  switch (reading) {
    case "inverted":
      return " (inverted)";
    case "seconds":
      return " (in seconds)";
    case "debug":
      return " (true means `debug`)";
    case "off":
      return " (false means `off`)";
    default:
      return "";
  }
}

function toParagraph(text: string): string {
  return wrapText(text).join("\n");
}

function toBullet(text: string): string {
  return wrapText(text, { bullet: "- " }).join("\n");
}
