import assert from "node:assert/strict";
import { z } from "zod";
import { bindTool, type Tool } from "../../../src/mcp/mod.ts";
import { isMissing } from "../../e2e/is_missing.ts";
import { withToolServer } from "./tool_server.ts";

const MAIN = new URL("../../../main.ts", import.meta.url).pathname;

/** The permissions that the tasks of deno.json give. */
const RUN = "deno run --quiet --no-prompt --allow-net --allow-env --allow-read --allow-write " +
  "--allow-sys=networkInterfaces";

/** Works until the spinner has had time to appear. */
const slow: Tool<unknown, unknown, { done: boolean }> = {
  name: "slow",
  title: "Slow",
  description: "Takes its time.",
  input: z.object({}),
  output: z.object({ done: z.boolean() }),
  summarize: () => "all done",
  async run(_deps, _input, { reportProgress }) {
    for (let progress = 1; progress <= 5; progress++) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      reportProgress({ progress, total: 5, message: `part ${progress}` });
    }
    return { done: true };
  },
};

/** What a person sees of a command, at a terminal of this size. */
async function runAtTerminal(command: string, size: string): Promise<string> {
  const { stdout } = await new Deno.Command("script", {
    args: ["-qec", `unset CI; stty ${size}; ${command}`, "/dev/null"],
    stdin: "null",
    env: { TERM: "xterm", NO_COLOR: "1" },
  }).output();
  return new TextDecoder().decode(stdout);
}

async function hasScript(): Promise<boolean> {
  try {
    const { stdout } = await new Deno.Command("script", { args: ["--version"] }).output();
    return new TextDecoder().decode(stdout).includes("util-linux");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test({
  name: "mcpp call shows a bar at a terminal, and leaves nothing of it but the result",
  ignore: await isMissing("a terminal (script)", hasScript),
  async fn() {
    await withToolServer([bindTool(slow, {})], async (_run, url) => {
      const shown = await runAtTerminal(`${RUN} ${MAIN} call slow --url ${url}`, "cols 60 rows 20");
      assert.match(shown, /█+░* +\d0 % part \d 0 s/);
      // The last thing before the result clears the line.
      assert.ok(shown.endsWith("\u001b[1G\u001b[0Kall done\r\n"), shown);
      const plain = await runAtTerminal(`${RUN} ${MAIN} call slow --url ${url}`, "cols 0 rows 0");
      assert.match(plain, /^… part 1\r\n(… part \d\r\n)+all done\r\n$/);
    });
  },
});
