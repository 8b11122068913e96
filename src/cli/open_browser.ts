import type { Terminal } from "./terminal.ts";

/** What opens a page, by operating system. */
const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ["open"],
  windows: ["rundll32", "url.dll,FileProtocolHandler"],
};

/**
 * Show a person a page to log in: as text, and in their browser if this program may start it.
 *
 * @param url The page.
 * @param terminal Where the person is.
 */
export async function openBrowser(url: URL, terminal: Terminal): Promise<void> {
  terminal.writeErr(`Log in with a browser on this machine:\n${url}\n`);
  const [command = "", ...args] = OPENERS[Deno.build.os] ?? ["xdg-open"];
  const { state } = await Deno.permissions.query({ name: "run", command });
  if (!terminal.isInteractive || state !== "granted") return;
  try {
    const options = { args: [...args, String(url)], stdin: "null", stdout: "null", stderr: "null" };
    new Deno.Command(command, options as Deno.CommandOptions).spawn().unref();
  } catch {
    terminal.writeErr("There is no browser here that could be started\n");
  }
}
