import assert from "node:assert/strict";
import { InvalidCursorError } from "../../../src/mcp/errors.ts";
import { ANONYMOUS, type Principal } from "../../../src/mcp/principal.ts";
import type { ResourceProvider } from "../../../src/mcp/resource.ts";
import { ResourceTable } from "../../../src/mcp/resource_table.ts";

const NOBODY: Principal = { id: "nobody", scopes: [] };
const signal = new AbortController().signal;

interface ProviderOptions {
  readonly count: number;
  readonly pageSize: number;
}

/** Has `<scheme>://0` and so on, and `<scheme>://status` without a template. */
function providerOf(scheme: string, { count, pageSize }: ProviderOptions): ResourceProvider {
  const uris = Array.from({ length: count }, (_, index) => `${scheme}://${index}`);
  return {
    templates: [{ uriTemplate: `${scheme}://{id}`, name: scheme }],
    scope: `${scheme}:read`,
    list({ cursor }) {
      const start = Number(cursor ?? 0);
      const end = start + pageSize;
      return Promise.resolve({
        resources: uris.slice(start, end).map((uri) => ({ uri, name: uri })),
        ...(end < count && { nextCursor: String(end) }),
      });
    },
    read(uri) {
      return Promise.resolve(uris.includes(uri) ? [{ uri, text: `text of ${uri}` }] : undefined);
    },
    watch(uri) {
      return uri.startsWith(`${scheme}:`) ? Promise.resolve() : undefined;
    },
    complete: (_uriTemplate, { value }) => Promise.resolve([`${scheme} ${value}`]),
  };
}

async function listAll(table: ResourceTable, principal = ANONYMOUS): Promise<readonly string[]> {
  const uris: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await table.list(cursor, { signal, principal });
    assert.ok(page.items.length > 0 || page.nextCursor === undefined);
    uris.push(...page.items.map(({ uri }) => uri));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return uris;
}

Deno.test("ResourceTable lists what all providers have, one after the other", async () => {
  const table = new ResourceTable([
    providerOf("a", { count: 3, pageSize: 10 }),
    providerOf("none", { count: 0, pageSize: 10 }),
    providerOf("b", { count: 450, pageSize: 100 }),
    providerOf("c", { count: 1, pageSize: 10 }),
  ]);
  const first = await table.list(undefined, { signal });
  assert.equal(first.items.length, 203);
  const uris = await listAll(table);
  assert.equal(uris.length, 454);
  assert.equal(new Set(uris).size, 454);
  assert.equal(uris[0], "a://0");
  assert.equal(uris.at(-1), "c://0");
});

Deno.test("ResourceTable refuses cursors that it has not given out", async () => {
  const table = new ResourceTable([providerOf("a", { count: 1, pageSize: 1 })]);
  for (const cursor of ["", "!", "bm9uZQ"]) {
    await assert.rejects(table.list(cursor, { signal }), InvalidCursorError);
  }
});

Deno.test("ResourceTable reads from whoever has the resource", async () => {
  const options = { count: 1, pageSize: 1 };
  const table = new ResourceTable([providerOf("a", options), providerOf("b", options)]);
  assert.deepEqual(await table.read("b://0", { signal }), {
    found: [{ uri: "b://0", text: "text of b://0" }],
  });
  assert.equal((await table.read("b://1", { signal })).found, undefined);
});

Deno.test("ResourceTable shows a principal only what its scopes allow", async () => {
  const options = { count: 1, pageSize: 1 };
  const table = new ResourceTable([providerOf("a", options), providerOf("b", options)]);
  const principal = { id: "p", scopes: ["b:read"] };
  assert.deepEqual(await listAll(table, principal), ["b://0"]);
  assert.deepEqual(
    table.listTemplates(undefined, principal).items.map(({ name }) => name),
    ["b"],
  );
  const context = { signal, principal };
  assert.deepEqual(await table.read("a://0", context), {
    found: undefined,
    missingScope: "a:read",
  });
  assert.deepEqual(await table.read("c://0", context), {
    found: undefined,
    missingScope: undefined,
  });
  assert.deepEqual(await listAll(table, NOBODY), []);
});

Deno.test("ResourceTable.findMissingScope knows resources by template and by who can watch them", async () => {
  const options = { count: 1, pageSize: 1 };
  const untemplated = { ...providerOf("b", options), templates: [] };
  const table = new ResourceTable([providerOf("a", options), untemplated]);
  assert.equal(table.findMissingScope("a://0", NOBODY), "a:read");
  assert.equal(table.findMissingScope("b:status", NOBODY), "b:read");
  assert.equal(table.findMissingScope("c://0", NOBODY), undefined);
  assert.equal(table.findMissingScope("b:status", ANONYMOUS), undefined);
  assert.deepEqual(await table.read("b:status", { signal, principal: NOBODY }), {
    found: undefined,
    missingScope: "b:read",
  });
});

Deno.test("ResourceTable completes the variables of a template that it has", async () => {
  const table = new ResourceTable([providerOf("a", { count: 1, pageSize: 1 })]);
  const request = { argument: "id", value: "x", known: {} };
  const complete = (uriTemplate: string, principal = ANONYMOUS) =>
    table.complete(uriTemplate, request, { signal, principal });
  assert.deepEqual(await complete("a://{id}"), { found: ["a x"] });
  assert.deepEqual(await complete("b://{id}"), { found: undefined });
  assert.deepEqual(await complete("a://{id}", NOBODY), {
    found: undefined,
    missingScope: "a:read",
  });
});
