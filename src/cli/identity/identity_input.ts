import type { Config } from "../../config/mod.ts";
import type { ResultFormat, Terminal } from "../terminal.ts";

/** What a command about the identity was given. */
export interface IdentityInput {
  readonly options: ResultFormat;
  readonly config: Config;
  readonly terminal: Terminal;
}
