import type { z } from "zod";
import type { Config } from "./config.ts";
import { describeValue } from "./describe_value.ts";
import { ConfigError, type ConfigProblem } from "./errors.ts";
import type { Layer, SourcedValue } from "./layer.ts";
import { configSchema } from "./schema.ts";
import { listSettingGroups, listSettings, type Setting } from "./settings.ts";

/**
 * The configuration that layers add up to.
 *
 * @param layers Values by source; the first layer that has a setting wins.
 * @param problems What was already found to be wrong.
 * @returns The configuration, complete and checked.
 * @throws {ConfigError} If there are problems, with all of them.
 */
export function toConfig(layers: readonly Layer[], problems: readonly ConfigProblem[]): Config {
  const values = overlay(layers);
  // Compiling the schema first, as zod does by itself, pays only from the second parse on.
  const parsed = configSchema.safeParse(nest(values), { jitless: true });
  const found = [...problems, ...toProblems(parsed.error, values)];
  if (parsed.data === undefined || found.length > 0) throw new ConfigError(found);
  return parsed.data;
}

/**
 * The values of all layers in one, where the first layer that has a setting wins.
 *
 * @param layers Values by source, most important first.
 * @returns One layer.
 */
export function overlay(layers: readonly Layer[]): Layer {
  const winners = new Map<string, SourcedValue>();
  for (const layer of withoutOverruledToken(layers)) {
    for (const [path, value] of layer) {
      if (!winners.has(path)) winners.set(path, value);
    }
  }
  return winners;
}

/** A token and a token file say the same thing: only the more important one of them is kept. */
function withoutOverruledToken(layers: readonly Layer[]): readonly Layer[] {
  let kept: string | undefined;
  return layers.map((layer) => {
    kept ??= ["p2p.tokenFile", "p2p.token"].find((path) => layer.get(path)?.value);
    const dropped = kept === "p2p.token" ? "p2p.tokenFile" : "p2p.token";
    return kept === undefined ? layer : new Map([...layer].filter(([path]) => path !== dropped));
  });
}

function nest(values: Layer): Record<string, unknown> {
  const groups = listSettingGroups().map(({ name }) => [name, {}] as const);
  const nested: Record<string, Record<string, unknown>> = Object.fromEntries(groups);
  for (const { path, group } of listSettings()) {
    const given = values.get(path);
    const members = nested[group];
    if (given !== undefined && members !== undefined) {
      members[path.slice(path.lastIndexOf(".") + 1)] = given.value;
    }
  }
  const { "": top, ...rest } = nested;
  return { ...top, ...rest };
}

function toProblems(error: z.ZodError | undefined, values: Layer): readonly ConfigProblem[] {
  const problems = new Map<string, ConfigProblem>();
  for (const issue of error?.issues ?? []) {
    const setting = listSettings().find(({ path }) =>
      path.split(".").every((name, index) => issue.path[index] === name)
    );
    if (setting === undefined) {
      throw new TypeError(`Cannot explain problem: ${issue.message}`, { cause: error });
    }
    const position = issue.path.slice(setting.path.split(".").length);
    const path = setting.path + position.map((index) => `[${String(index)}]`).join("");
    if (!problems.has(path)) problems.set(path, toProblem(setting, path, position, values));
  }
  return [...problems.values()];
}

function toProblem(
  setting: Setting,
  path: string,
  position: readonly PropertyKey[],
  values: Layer,
): ConfigProblem {
  const given = values.get(setting.path);
  const index = position[0];
  const value = Array.isArray(given?.value) && typeof index === "number"
    ? given.value[index]
    : given?.value;
  const isWholeList = setting.repeatable && index === undefined;
  return {
    path,
    source: given?.source ?? "default",
    got: setting.isSecret ? "(hidden)" : describeValue(value),
    expected: isWholeList ? `a list, each item ${setting.expected}` : setting.expected,
  };
}
