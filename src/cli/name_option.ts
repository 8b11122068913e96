import { type Command, InvalidArgumentError } from "commander";

/** As many as the lists of trusted peers and of invitations take. */
const MAX_LENGTH = 128;

/**
 * Give a command the option `--name`, by which a person calls a peer from then on.
 *
 * @param command The command.
 */
export function addNameOption(command: Command): void {
  command.option("--name <name>", "what you call the other machine", parseName);
}

function parseName(value: string): string {
  const name = value.trim();
  if (name.length > 0 && name.length <= MAX_LENGTH && !/\p{Cc}/u.test(name)) return name;
  throw new InvalidArgumentError(`Give 1 to ${MAX_LENGTH} printable characters.`);
}
