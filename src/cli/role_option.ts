import { type Command, Option } from "commander";
import { isRole, type Role, ROLES } from "../app/mod.ts";
import { UsageError } from "./errors.ts";

/**
 * Give a command the option `--role`, which may be given several times.
 *
 * @param command The command.
 * @param without What it means not to give it.
 */
export function addRoleOption(command: Command, without: string): void {
  const text = `what it may do: ${ROLES.join(", ")}; may be given several times ` +
    `(default: ${without})`;
  command.addOption(new Option("--role <role>", text).argParser(parseRole));
}

/** A role, or several with commas or `+` between them, besides those given before. */
function parseRole(value: string, previous: readonly Role[] = []): readonly Role[] {
  const roles = value.split(/[,+]/).map((role) => {
    if (isRole(role)) return role;
    throw new UsageError(`Cannot give role as there is none of that name: role "${role}"`, {
      hint: `The roles are ${ROLES.join(", ")}`,
    });
  });
  return [...previous, ...roles];
}
