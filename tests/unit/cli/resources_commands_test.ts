import assert from "node:assert/strict";
import { EXIT } from "../../../src/cli/mod.ts";
import type { ResourceContent, ResourceProvider } from "../../../src/mcp/mod.ts";
import { parseOut, type RunCommand, withServer } from "./tool_server.ts";

/** A counter that can be watched, and a picture. */
function createCounter(): ResourceProvider & { count(): void; hasBeenRead: Promise<void> } {
  let counted = 1;
  const read = Promise.withResolvers<void>();
  const listeners = new Set<() => void>();
  return {
    scope: "test:read",
    templates: [{ uriTemplate: "test://{id}", name: "any", mimeType: "text/plain" }],
    list: () =>
      Promise.resolve({
        resources: [
          {
            uri: "test://count",
            name: "count",
            title: "Count \u001b[1m",
            mimeType: "application/json",
          },
          { uri: "test://picture", name: "picture", mimeType: "image/png" },
        ],
      }),
    read(uri) {
      const contents: Record<string, ResourceContent> = {
        "test://count": { uri, mimeType: "application/json", text: `{"counted":${counted}}` },
        "test://picture": { uri, mimeType: "image/png", blob: "AAAA" },
        "test://text": { uri, text: "not \u001b[1mbold" },
      };
      const content = contents[uri];
      read.resolve();
      return Promise.resolve(content && [content]);
    },
    watch(uri, { onChange, signal }) {
      if (uri !== "test://count") return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      listeners.add(onChange);
      signal.addEventListener("abort", () => {
        listeners.delete(onChange);
        resolve();
      });
      return promise;
    },
    hasBeenRead: read.promise,
    count() {
      counted++;
      for (const listener of listeners) listener();
    },
  };
}

async function withCounter(
  use: (run: RunCommand, counter: ReturnType<typeof createCounter>) => Promise<void>,
): Promise<void> {
  const counter = createCounter();
  await withServer({ resources: [counter] }, (run) => use(run, counter));
}

Deno.test("mcpp resources lists resources and forms", async () => {
  await withCounter(async (run) => {
    const { code, out } = await run(["resources"], { isInteractive: true });
    assert.equal(code, EXIT.ok);
    assert.deepEqual(out.trimEnd().split("\n").map((line) => line.split(/ {2,}/)), [
      ["RESOURCE", "TITLE", "TYPE"],
      ["test://count", "Count \ufffd[1m", "application/json"],
      ["test://picture", "picture", "image/png"],
      ["test://{id}", "any", "text/plain"],
    ]);
    const json = parseOut(await run(["resources", "list"]));
    assert.equal((json["resources"] as unknown[]).length, 2);
    assert.equal((json["resourceTemplates"] as unknown[]).length, 1);
  });
});

Deno.test("mcpp resources read prints what a resource holds, safe for a terminal", async () => {
  await withCounter(async (run) => {
    const read = async (uri: string) =>
      (await run(["resources", "read", uri], { isInteractive: true })).out;
    assert.equal(await read("test://count"), '{\n  "counted": 1\n}\n');
    assert.equal(await read("test://picture"), "test://picture: 3 bytes of image/png\n");
    assert.equal(await read("test://text"), "not \ufffd[1mbold\n");
    const { contents } = parseOut(await run(["resources", "read", "test://picture"]));
    assert.deepEqual(contents, [{ uri: "test://picture", mimeType: "image/png", blob: "AAAA" }]);
  });
});

Deno.test("mcpp resources read fails if there is no such resource", async () => {
  await withCounter(async (run) => {
    const { code, out, err } = await run(["resources", "read", "test://none"]);
    assert.equal(code, EXIT.failed, err);
    assert.equal(out, "");
    assert.match(err, /test:\/\/none/);
  });
});

Deno.test("mcpp resources watch prints a resource, and again after each change", async () => {
  await withCounter(async (run, counter) => {
    const running = run(["resources", "watch", "test://count", "--limit", "2"]);
    await counter.hasBeenRead;
    counter.count();
    const { code, out } = await running;
    assert.equal(code, EXIT.ok);
    const lines = out.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ contents }) => contents[0].text), [
      ...['{"counted":1}', '{"counted":2}'],
    ]);
  });
});

Deno.test("mcpp resources and its commands have help", async () => {
  await withCounter(async (run) => {
    for (
      const [name, words] of [["list", /--json/], ["read", /<uri>/], ["watch", /--limit/]] as const
    ) {
      const { code, out } = await run(["resources", name, "--help"]);
      assert.equal(code, EXIT.ok);
      assert.match(out, words);
    }
  });
});
