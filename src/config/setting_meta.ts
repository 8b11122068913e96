import { z } from "zod";

/** A family of commands that reads a setting. */
export type CommandKind = "serve" | "worker" | "client";

/** Commands that start a node. */
export const NODE_COMMANDS: readonly CommandKind[] = ["serve", "worker"];
/** All commands. */
export const EVERY_COMMAND: readonly CommandKind[] = [...NODE_COMMANDS, "client"];

/** An environment name of an earlier system, and how its value reads here. */
export interface EnvAlias {
  /** The variable. */
  readonly name: string;
  /**
   * How its value is read: `inverted` turns true into false, `seconds` into milliseconds, `debug` reads true as the level
   * `debug` and false as not set, `all` reads true as the pattern `*` and false as no pattern, `off` reads false as
   * `off` and true as not set.
   *
   * @default {"same"}
   */
  readonly reading?: "same" | "inverted" | "seconds" | "debug" | "all" | "off" | undefined;
}

/** Everything about one setting that its zod schema does not say by itself. */
export interface SettingMeta {
  /** Kebab-case; gives the flag `--<name>` and the environment name `MCPP_<NAME>`. */
  readonly name: string;
  /** One or more sentences for `--help` and the documentation. */
  readonly description: string;
  /** What a valid value is, completing "expected ...". */
  readonly expected: string;
  /** Placeholder of the flag's value; absent for a boolean. */
  readonly placeholder?: string | undefined;
  /** Commands that read it. */
  readonly commands: readonly CommandKind[];
  /** Consulted in this order after the canonical name. @default none */
  readonly aliases?: readonly EnvAlias[] | undefined;
  /** A relative value is resolved against where it was written. @default {false} */
  readonly isPath?: boolean | undefined;
  /** `0`, `false`, `no` and `off` stand for this value. @default none */
  readonly off?: false | readonly [] | undefined;
  /** Never shown, and set by the environment only. @default {false} */
  readonly isSecret?: boolean | undefined;
  /** How the documentation describes a default that depends on the machine. */
  readonly defaultText?: string | undefined;
}

/** What belongs to each leaf schema of the configuration. */
export const settingMetas: z.core.$ZodRegistry<SettingMeta> = z.registry<SettingMeta>();

/**
 * Name a leaf schema of the configuration.
 *
 * @param schema What the value may be, with its default.
 * @param meta How it is set and explained.
 * @returns The same schema.
 */
export function setting<S extends z.ZodType>(schema: S, meta: SettingMeta): S {
  settingMetas.add(schema, meta);
  return schema;
}

/**
 * An alias under the two prefixes of the Python packages, in the order in which they look.
 *
 * @param suffix What follows the prefix, such as `TASK_P2P_TOKEN`.
 * @param reading How its value reads here.
 * @returns Both aliases.
 */
export function pythonAliases(suffix: string, reading?: EnvAlias["reading"]): readonly EnvAlias[] {
  return ["IPFS_ACCELERATE_PY_", "IPFS_DATASETS_PY_"].map((prefix) => ({
    name: prefix + suffix,
    reading,
  }));
}
