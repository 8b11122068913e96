import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("./open_child.ts", import.meta.url));
const ARGS = ["run", "--no-lock", "--allow-read", "--allow-write", "--allow-sys", CHILD];

/** What another process is told when it opens the store: its counts, or the code of the error. */
export async function openElsewhere(path: string): Promise<string> {
  return await outputOf(Deno.execPath(), [...ARGS, path]);
}

/** The same in a process that permissions of files bind, even if this one is the superuser's. */
export async function openAsUser(path: string): Promise<string> {
  if (Deno.uid() !== 0) return await openElsewhere(path);
  const without = "-dac_override,-dac_read_search";
  const options = [`--bounding-set=${without}`, `--inh-caps=${without}`];
  return await outputOf("setpriv", [...options, Deno.execPath(), ...ARGS, path]);
}

async function outputOf(program: string, args: string[]): Promise<string> {
  const command = new Deno.Command(program, { args, stdin: "null", stderr: "inherit" });
  return new TextDecoder().decode((await command.output()).stdout);
}
