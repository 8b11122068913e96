/** A flag that names a file to read settings from; it is no setting itself. */
export interface SourceOption {
  /** The field of `LoadConfigOptions` that takes its value. */
  readonly field: "configFile" | "envFile";
  /** Such as `--config`. */
  readonly flag: string;
  /** Placeholder of its value. */
  readonly placeholder: string;
  /** The environment name that does the same, if any. */
  readonly env: string | undefined;
  /** What it is for, as one sentence. */
  readonly description: string;
}

/** The flags that name files; every command that reads the configuration has them. */
export const SOURCE_OPTIONS: readonly SourceOption[] = [
  {
    field: "configFile",
    flag: "--config",
    placeholder: "path",
    env: "MCPP_CONFIG",
    description: "The configuration file; it has to exist.",
  },
  {
    field: "envFile",
    flag: "--env-file",
    placeholder: "path",
    env: undefined,
    description: "A file of environment variables; those of the process go before it.",
  },
];
