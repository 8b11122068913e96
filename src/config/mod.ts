/**
 * The configuration: one schema that gives the type, the defaults, the flags, the environment names,
 * the configuration file and the documentation.
 *
 * @module
 */

export type {
  AuthConfig,
  CacheConfig,
  Config,
  DiscoveryConfig,
  LogConfig,
  P2pConfig,
  QueueConfig,
  ReachConfig,
  ServerConfig,
  ShutdownConfig,
  TextConfig,
  ToolsConfig,
  WorkerConfig,
} from "./config.ts";
export {
  createConfig,
  type CreateConfigOptions,
  type PartialConfig,
  type PartialMembers,
} from "./create_config.ts";
export { describeConfig } from "./describe_config.ts";
export { type Env, listEnvNames, lookUpEnv, readEnv } from "./env.ts";
export { ConfigError, type ConfigProblem, SecretFileError } from "./errors.ts";
export type { FlagValues } from "./flag_layer.ts";
export { CONFIG_FILE_NAME, loadConfig, type LoadConfigOptions } from "./load_config.ts";
export { readSecretFile, readSecretText, type SecretFile } from "./secret_file.ts";
export type { CommandKind, EnvAlias } from "./setting_meta.ts";
export {
  listSettingGroups,
  listSettings,
  type Setting,
  type SettingGroup,
  type SettingType,
} from "./settings.ts";
export { SOURCE_OPTIONS, type SourceOption } from "./source_option.ts";
