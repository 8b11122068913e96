import assert from "node:assert/strict";
import { EXIT } from "../../../src/cli/mod.ts";
import { bindTool } from "../../../src/mcp/mod.ts";
import { submitTask, waitTask, watchTask } from "../../../src/tools/mod.ts";
import { createFakeQueueDeps } from "../tools/fake_queue.ts";
import { makeTask } from "../worker/make_task.ts";
import { withToolServer } from "./tool_server.ts";

const MAIN = new URL("../../../main.ts", import.meta.url).pathname;

for (
  const [args, printed] of [
    [["watch", "t"], ""],
    [["wait", "t"], ""],
    [["submit", "work", "{}", "--wait"], "Submitted task t\n"],
  ] as const
) {
  Deno.test(`mcpp tasks ${args[0]} ends with SIGINT, and hangs up`, async () => {
    const asked = Promise.withResolvers<void>();
    const givenUp = Promise.withResolvers<void>();
    const hang = (_input: unknown, { signal }: { signal?: AbortSignal | undefined } = {}) => {
      asked.resolve();
      return new Promise<undefined>((_, reject) =>
        signal?.addEventListener("abort", () => {
          reject(signal.reason);
          givenUp.resolve();
        })
      );
    };
    const get = () => Promise.resolve(makeTask({ id: "t" }));
    const submit = () => Promise.resolve({ taskId: "t", peerId: "", created: true });
    const deps = createFakeQueueDeps({ get, watch: hang, submit });
    const tools = [
      bindTool(submitTask, deps),
      bindTool(waitTask, deps),
      bindTool(watchTask, deps),
    ];
    await withToolServer(tools, async (_run, url) => {
      const command = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--quiet", MAIN, "tasks", ...args, "--url", url],
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      });
      const child = command.spawn();
      await asked.promise;
      child.kill("SIGINT");
      const { code, stdout, stderr } = await child.output();
      const read = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      assert.deepEqual([code, read(stdout), read(stderr)], [EXIT.interrupted, "", printed]);
      await givenUp.promise;
    });
  });
}
