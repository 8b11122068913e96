import { describeValue } from "./describe_value.ts";
import type { ConfigProblem } from "./errors.ts";
import { type Layer, settlePath, type SourcedValue } from "./layer.ts";
import { listSettingGroups, listSettings, type Setting } from "./settings.ts";
import { suggest } from "./suggest.ts";

/** An object that was read, and what it holds that is no setting. */
export interface ObjectLayer {
  readonly layer: Layer;
  readonly problems: readonly ConfigProblem[];
}

/** How an object is read. */
export interface ObjectLayerOptions {
  /** Where it came from, for messages. */
  readonly source: string;
  /** Relative paths in it start here. */
  readonly baseDir: string;
  /** Whether it may hold secrets. @default {false} */
  readonly allowSecrets?: boolean | undefined;
}

/**
 * The layer of a configuration file or of a program's own object.
 *
 * @param object What was read.
 * @param options Where it came from.
 * @returns The layer, and a problem for each member that is no setting.
 */
export function toObjectLayer(object: unknown, options: ObjectLayerOptions): ObjectLayer {
  const { source, baseDir } = options;
  const layer = new Map<string, SourcedValue>();
  const problems: ConfigProblem[] = [];
  for (const { path, value, isGroup } of members(object)) {
    const setting = listSettings().find((setting) => setting.path === path);
    if (isGroup) problems.push({ path, source, got: describeValue(value), expected: "an object" });
    else if (setting === undefined) problems.push(toUnknownMember(path, source));
    else if (setting.isSecret && options.allowSecrets !== true) {
      problems.push(toMisplacedSecret(setting, source));
    } else layer.set(path, { value: settlePath(setting, value, baseDir), source });
  }
  return { layer, problems };
}

interface Member {
  readonly path: string;
  readonly value: unknown;
  /** Set where the value should have been an object but is not. */
  readonly isGroup: boolean;
}

/** The leaves of the object, and groups that are not objects. A dot in a name does not nest. */
function* members(object: unknown, group = ""): Generator<Member> {
  if (typeof object !== "object" || object === null || Array.isArray(object)) {
    yield { path: group, value: object, isGroup: true };
    return;
  }
  const groups = listSettingGroups().map(({ name }) => name);
  for (const [name, value] of Object.entries(object)) {
    const member = name.includes(".") ? JSON.stringify(name) : name;
    const path = group === "" ? member : `${group}.${member}`;
    if (value === undefined || path === "$schema") continue;
    if (group === "" && groups.includes(name)) yield* members(value, name);
    else yield { path, value, isGroup: false };
  }
}

function toMisplacedSecret(setting: Setting, source: string): ConfigProblem {
  const expected = `no secret here, but in a file that "${setting.path}File" names`;
  return { path: setting.path, source, got: "(hidden)", expected };
}

/** The value is not shown: a misspelt name may hold a secret. */
function toUnknownMember(path: string, source: string): ConfigProblem {
  const settings = listSettings().filter((setting) => !setting.isSecret).map(({ path }) => path);
  const groups = listSettingGroups().map(({ name }) => name).filter((name) => name !== "");
  const meant = suggest(path, [...settings, ...groups]);
  const expected = meant === undefined ? "a known setting" : `a known setting such as "${meant}"`;
  return { path, source, got: "an unknown name", expected };
}
