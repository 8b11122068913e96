import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { z } from "zod";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { DOCS_SCRIPT } from "../../../../src/http/docs/docs_script.ts";
import type { DescribeApiOptions } from "../../../../src/http/docs/describe_api.ts";
import { createDocsRoutes, openHttpServer } from "../../../../src/http/mod.ts";
import { bindTool, createToolTable, type Tool } from "../../../../src/mcp/server/mod.ts";
import { createSampleTable, MemoryLogger } from "../../mcp/sample_tools.ts";

interface Tree {
  readonly name: string;
  readonly children: readonly Tree[];
}

const tree: z.ZodType<Tree> = z.object({
  name: z.string(),
  get children(): z.ZodArray<z.ZodType<Tree>> {
    return z.array(tree);
  },
});

/** Its schemas refer to themselves. */
const treeTool: Tool<unknown, { tree: Tree }, { tree: Tree }> = {
  name: "garden/tree",
  title: "Tree",
  description: "Gives back a tree.",
  input: z.object({ tree }),
  output: z.object({ tree }),
  annotations: { readOnlyHint: true },
  family: "garden",
  run: (_deps, input) => input,
};

type Json = ReturnType<typeof JSON.parse>;

async function get(
  path: string,
  options: Partial<DescribeApiOptions> = {},
): Promise<{ readonly headers: Headers; readonly text: string; readonly status: number }> {
  const info = { name: "test-server", version: "1.2.3" };
  await using server = await openHttpServer({
    port: 0,
    routes: createDocsRoutes({
      mountPath: "/mcp",
      serverInfo: info,
      tools: createSampleTable(),
      ...options,
    }),
    logger: new MemoryLogger(),
  });
  const response = await fetch(server.url + path);
  return { headers: response.headers, status: response.status, text: await response.text() };
}

async function getApi(options: Partial<DescribeApiOptions> = {}): Promise<Json> {
  return JSON.parse((await get("/openapi.json", options)).text);
}

/** All references in a document. */
function* references(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (name === "$ref" && typeof member === "string") yield member;
    else yield* references(member);
  }
}

Deno.test("createDocsRoutes describes each tool as an operation with its own schemas", async () => {
  const api = await getApi({ instructions: "What it is for." });
  assert.equal(api.openapi, "3.1.0");
  assert.deepEqual(api.info, {
    title: "test-server",
    version: "1.2.3",
    description: "What it is for.",
  });
  const { post } = api.paths["/mcp/tools/echo"];
  assert.deepEqual([post.operationId, post.summary, post.tags, post["x-scope"]], [
    "echo",
    "Echo",
    ["custom"],
    "custom:write",
  ]);
  const { $ref } = post.requestBody.content["application/json"].schema;
  assert.equal($ref, "#/components/schemas/echo.Input");
  assert.deepEqual(api.components.schemas["echo.Input"].required, ["text"]);
  assert.ok(Object.keys(post.responses).includes("422"));
  assert.equal(api.security, undefined);
});

Deno.test("createDocsRoutes describes the other routes of a node, each operation by one name", async () => {
  const { paths } = await getApi();
  for (const path of ["/mcp", "/mcp/", "/mcp/tools", "/mcp/tools/call", "/health", "/metrics"]) {
    assert.ok(path in paths, path);
  }
  const ids = Object.values(paths as Record<string, JsonObject>)
    .flatMap((methods) => Object.values(methods) as Json[])
    .map(({ operationId }) => operationId);
  assert.equal(new Set(ids).size, ids.length);
});

Deno.test("createDocsRoutes keeps references working, also of schemas that refer to themselves", async () => {
  const tools = createToolTable([bindTool(treeTool, undefined)]);
  const api = await getApi({ tools });
  assert.ok("/mcp/tools/garden%2Ftree" in api.paths);
  const found = [...references(api)];
  assert.ok(found.some((reference) => reference.includes("garden..tree.Input/$defs/")));
  for (const reference of found) {
    assert.match(reference, /^#\//);
    const target = reference.slice(2).split("/").reduce((at: Json, key) => at?.[key], api);
    assert.equal(typeof target, "object", reference);
  }
  // What OpenAPI allows as the key of a component.
  for (const key of Object.keys(api.components.schemas)) assert.match(key, /^[\w.-]+$/);
});

Deno.test("createDocsRoutes says so if callers have to say who they are", async () => {
  const api = await getApi({ isAuthenticated: true });
  assert.deepEqual(api.security, [{ bearer: [] }]);
  assert.deepEqual(api.components.securitySchemes, { bearer: { type: "http", scheme: "bearer" } });
});

Deno.test("createDocsRoutes serves a page that loads nothing from elsewhere and runs nothing else", async () => {
  const { headers, text, status } = await get("/docs");
  assert.equal(status, 200);
  assert.equal(headers.get("content-type"), "text/html; charset=utf-8");
  assert.doesNotMatch(text, /https?:\/\/|<link[^>]+stylesheet|<script[^>]+src|\son\w+=|style="/);
  const policy = headers.get("content-security-policy") ?? "";
  assert.match(policy, /^default-src 'none'; /);
  for (const [tag, directive] of [["script", "script-src"], ["style", "style-src"]]) {
    const [, inline = ""] = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(text) ?? [];
    const hash = createHash("sha256").update(inline).digest("base64");
    assert.ok(inline.length > 100);
    assert.ok(policy.includes(`${directive} 'sha256-${hash}'`), tag ?? "");
  }
});

Deno.test("the script of the page of documentation is a script, and puts nothing in as markup", () => {
  assert.doesNotThrow(() => new Function(DOCS_SCRIPT));
  assert.doesNotMatch(DOCS_SCRIPT, /innerHTML|outerHTML|insertAdjacent|document\.write|eval\(/);
});
