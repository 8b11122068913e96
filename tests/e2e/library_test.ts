import assert from "node:assert/strict";
import {
  AppError,
  callTool,
  createClient,
  createServer,
  type PartialConfig,
  runTaskGroup,
  type Server,
  type ServerReady,
  type Tool,
} from "../../mod.ts";
import type { JsonObject } from "../../src/codec/mod.ts";
import { bindTool } from "../../src/mcp/mod.ts";
import { z } from "zod";
import { openTempDir, runDeno } from "./run_deno.ts";
import { within } from "./within.ts";

const ROOT = new URL("../../", import.meta.url);
const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };

function configFor(dataDir: string, port = 0): PartialConfig {
  return { dataDir, server: { port }, p2p: { enabled: false } };
}

interface Greeting {
  readonly greeting: string;
}

/** A tool as a program that embeds mcpp would bring it. */
const greet: Tool<{ readonly word: string }, { readonly name: string }, Greeting> = {
  name: "greet",
  title: "Greet",
  description: "Greet somebody.",
  input: z.object({ name: z.string() }),
  output: z.object({ greeting: z.string() }),
  callableByTasks: true,
  run: ({ word }, { name }) => ({ greeting: `${word}, ${name}` }),
};

Deno.test("createServer runs in a program's task group, with hooks and readiness", async () => {
  await using dir = await openTempDir();
  const seen: string[] = [];
  let started: ServerReady | undefined;
  await runTaskGroup(async (group, signal) => {
    const server = createServer(configFor(dir.path), {
      signal,
      onStart: (ready) => {
        started = ready;
        seen.push("onStart");
      },
      onStop: () => {
        seen.push("onStop");
      },
    });
    group.spawn("mcpp", async () => {
      await server.run();
      seen.push("ended");
    });
    const ready = await within("readiness", server.ready);
    seen.push("ready");
    assert.deepEqual(ready, started);
    assert.equal(ready.dataDir, dir.path);
    const { structuredContent } = await callTool(ready.url, "echo", { text: "hi" });
    assert.deepEqual(structuredContent, { text: "hi" });
    server.stop();
  });
  assert.deepEqual(seen, ["onStart", "ready", "onStop", "ended"]);
  const { url = "" } = started ?? {};
  await assert.rejects(callTool(url, "echo", { text: "hi" }), { code: "server_unreachable" });
});

Deno.test("createServer serves a tool of the program, to clients and to tasks", async () => {
  await using dir = await openTempDir();
  await runTaskGroup(async (group) => {
    const tools = [bindTool(greet, { word: "Salve" })];
    const server = createServer(configFor(dir.path), { tools });
    group.spawn("mcpp", () => server.run());
    const { url } = await within("readiness", server.ready);
    await using client = await createClient(url);
    const called = await client.callTool("greet", { name: "Ada" });
    assert.deepEqual(called.structuredContent, { greeting: "Salve, Ada" });
    const submitted = await client.callTool("p2p_taskqueue_submit", {
      "task_type": "tool.call",
      payload: { tool: "greet", args: { name: "Bob" } },
    });
    const { "task_id": taskId } = submitted.structuredContent as { "task_id": string };
    const waited = await client.callTool("p2p_taskqueue_wait_task", { "task_id": taskId });
    const { task } = waited.structuredContent as { task: JsonObject };
    assert.deepEqual(task["result"], { tool: "greet", result: { greeting: "Salve, Bob" } });
    server.stop();
  });
});

Deno.test("two servers run in one process and share nothing", async () => {
  await using one = await openTempDir();
  await using two = await openTempDir();
  await runTaskGroup(async (group) => {
    const servers = [one, two].map(({ path }) => createServer(configFor(path)));
    for (const server of servers) group.spawn("mcpp", () => server.run());
    const [first, second] = await within(
      "readiness",
      Promise.all(servers.map(({ ready }) => ready)),
    );
    assert.ok(first !== undefined && second !== undefined);
    assert.notEqual(first.url, second.url);
    const submitted = await callTool(first.url, "p2p_taskqueue_submit", ECHO);
    const { "task_id": taskId } = submitted.structuredContent as { "task_id": string };
    const [here, there] = await Promise.all([first, second].map(async ({ url }) => {
      const found = await callTool(url, "p2p_taskqueue_get_task", { "task_id": taskId });
      return (found.structuredContent as { task: unknown }).task;
    }));
    assert.notEqual(here, null);
    assert.equal(there, null);
    servers[0]?.stop();
    await assertGone(first.url);
    assert.equal((await callTool(second.url, "echo", { text: "hi" })).isError, false);
    servers[1]?.stop();
  });
});

/** The server may need a moment to stop. */
async function assertGone(url: string): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(new URL("/live", url));
      await response.body?.cancel();
    } catch (error) {
      assert.ok(error instanceof TypeError);
      return;
    }
  }
}

Deno.test("a server stops by the signal that it was given", async () => {
  await using dir = await openTempDir();
  const controller = new AbortController();
  const server = createServer(configFor(dir.path), { signal: controller.signal });
  const running = server.run();
  await within("readiness", server.ready);
  controller.abort(new Error("Enough"));
  await within("the end", running);
  await assert.rejects(server.run(), TypeError);
});

Deno.test("a server that is stopped before it is ready ends in good order", async () => {
  await using dir = await openTempDir();
  const reason = new Error("Changed my mind");
  const seen: string[] = [];
  const server = createServer(configFor(dir.path), {
    signal: AbortSignal.abort(reason),
    onStart: () => {
      seen.push("onStart");
    },
  });
  await within("the end", server.run());
  await assert.rejects(server.ready, reason);
  const late = createServer(configFor(dir.path), {
    onStart: () => {
      late.stop();
    },
  });
  await within("the end", late.run());
  await assert.rejects(late.ready, { name: "AbortError" });
  assert.deepEqual(seen, []);
});

Deno.test("a server that cannot start rejects its run and its readiness with one error", async () => {
  await using one = await openTempDir();
  await using two = await openTempDir();
  const first = createServer(configFor(one.path));
  const running = first.run();
  const { url } = await within("readiness", first.ready);
  const port = Number(new URL(url).port);
  assert.equal(await failureOf(createServer(configFor(two.path, port))), "port_in_use");
  assert.equal(await failureOf(createServer(configFor(one.path))), "data_dir_locked");
  first.stop();
  await within("the end", running);
  // What was opened before the failure has been closed again.
  const again = createServer(configFor(two.path));
  const runningAgain = again.run();
  await within("readiness", again.ready);
  again.stop();
  await within("the end", runningAgain);
});

/** The code with which a start fails; both promises must have the same error. */
async function failureOf(server: Server): Promise<string> {
  const [run, ready] = await Promise.allSettled([
    within("the failure", server.run()),
    within("the failure", server.ready),
  ]);
  assert.ok(run.status === "rejected" && ready.status === "rejected");
  assert.equal(run.reason, ready.reason);
  assert.ok(run.reason instanceof AppError, String(run.reason));
  return run.reason.code;
}

Deno.test("a hook that fails on start fails the start, and leaves nothing behind", async () => {
  await using dir = await openTempDir();
  const failure = new Error("The hook does not like it");
  const server = createServer(configFor(dir.path), { onStart: () => Promise.reject(failure) });
  const [run, ready] = await Promise.allSettled([
    within("the failure", server.run()),
    within("the failure", server.ready),
  ]);
  assert.ok(run.status === "rejected" && ready.status === "rejected");
  assert.equal(run.reason, ready.reason);
  assert.equal(run.reason, failure);
});

Deno.test("a wrong configuration is refused before anything starts", () => {
  assert.throws(() => createServer({ server: { port: -1 } }), { code: "config_invalid" });
});

Deno.test("importing the library starts nothing, and needs no permission", async () => {
  const door = JSON.stringify(new URL("mod.ts", ROOT).href);
  const program = `import * as mcpp from ${door}; console.log(Object.keys(mcpp).sort().join());`;
  const config = new URL("deno.json", ROOT).pathname;
  // The process ends by itself, as nothing keeps it alive.
  const finished = await runDeno(["run", "--quiet", "--no-prompt", "--config", config, "-"], {
    stdin: program,
  });
  assert.equal(finished.code, 0, finished.stderr);
  assert.equal(finished.stderr, "");
  assert.match(finished.stdout, /callTool.*createClient.*createServer.*runTaskGroup.*submitTask/);
});
