import assert from "node:assert/strict";
import fc from "fast-check";
import type { HttpRoute } from "../../../src/http/route.ts";
import { createRouteTable } from "../../../src/http/route_table.ts";

function route(path: string, ...methods: string[]): HttpRoute {
  return { path, methods: methods.length === 0 ? ["GET"] : methods, handle: () => new Response() };
}

/** What answers a path: the routes' paths, and the variables. */
function find(paths: readonly string[], path: string): unknown {
  const found = createRouteTable(paths.map((each) => route(each))).find(path);
  return found && [found.routes.map((each) => each.path).join(), { ...found.params }];
}

Deno.test("createRouteTable finds exact paths, and nothing else", () => {
  const paths = ["/", "/health", "/mcp/tools"];
  assert.deepEqual(find(paths, "/"), ["/", {}]);
  assert.deepEqual(find(paths, "/mcp/tools"), ["/mcp/tools", {}]);
  for (const path of ["", "/mcp", "/Health", "/health/x", "//health", "/mcp//tools"]) {
    assert.equal(find(paths, path), undefined, path);
  }
});

Deno.test("createRouteTable gives the values of variables, decoded", () => {
  const paths = ["/tools/{name}", "/a/{x}/b/{y}"];
  assert.deepEqual(find(paths, "/tools/echo"), ["/tools/{name}", { name: "echo" }]);
  assert.deepEqual(find(paths, "/tools/a%2Fb"), ["/tools/{name}", { name: "a/b" }]);
  assert.deepEqual(find(paths, "/tools/gr%C3%BC%C3%9Fe"), ["/tools/{name}", { name: "grüße" }]);
  assert.deepEqual(find(paths, "/a/1/b/2"), ["/a/{x}/b/{y}", { x: "1", y: "2" }]);
  for (const path of ["/tools", "/tools/", "/tools/a/b", "/tools/%ff", "/tools/%", "/a/1/c/2"]) {
    assert.equal(find(paths, path), undefined, path);
  }
});

Deno.test("createRouteTable prefers the path that is fixed further", () => {
  const paths = ["/{a}/{b}", "/{a}/x", "/tools/{b}", "/tools/call"];
  assert.deepEqual(find(paths, "/tools/call"), ["/tools/call", {}]);
  assert.deepEqual(find(paths, "/tools/x"), ["/tools/{b}", { b: "x" }]);
  assert.deepEqual(find(paths, "/other/x"), ["/{a}/x", { a: "other" }]);
  assert.deepEqual(find(paths, "/other/y"), ["/{a}/{b}", { a: "other", b: "y" }]);
});

Deno.test("createRouteTable answers a path also with a slash at its end", () => {
  assert.deepEqual(find(["/mcp"], "/mcp/"), ["/mcp", {}]);
  assert.deepEqual(find(["/tools/{name}"], "/tools/echo/"), ["/tools/{name}", { name: "echo" }]);
  // Of its own routes, and then of those without the slash.
  assert.deepEqual(find(["/mcp", "/mcp/"], "/mcp/"), ["/mcp/,/mcp", {}]);
  assert.deepEqual(find(["/mcp", "/mcp/"], "/mcp"), ["/mcp", {}]);
  assert.equal(find(["/mcp"], "/mcp//"), undefined);
});

Deno.test("createRouteTable lets several routes share a path, each with methods of its own", () => {
  const table = createRouteTable([route("/a", "GET"), route("/a", "POST"), route("/b", "GET")]);
  assert.deepEqual(table.find("/a")?.routes.map(({ methods }) => methods), [["GET"], ["POST"]]);
});

Deno.test("createRouteTable refuses what is answered twice, and malformed paths", () => {
  const twice = /answered twice: GET \/(a|x\/\{b\})/;
  assert.throws(() => createRouteTable([route("/a"), route("/a", "POST", "GET")]), twice);
  assert.throws(() => createRouteTable([route("/x/{a}"), route("/x/{b}")]), twice);
  for (const path of ["", "a", "/{}", "/{a}b", "/a{b}", "/a?b", "/a#b", "/{a-b}"]) {
    assert.throws(() => createRouteTable([route(path)]), /malformed: path/, path);
  }
});

Deno.test("createRouteTable never fails, whatever path is asked for", () => {
  const table = createRouteTable([route("/"), route("/a/{b}"), route("/{a}/{b}/{c}")]);
  fc.assert(fc.property(fc.string(), (path) => {
    table.find(path);
    table.find(`/${path}`);
  }));
});

Deno.test("createRouteTable gives back every name that was encoded into a path", () => {
  const table = createRouteTable([route("/tools/{name}")]);
  fc.assert(fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (name) => {
    assert.equal(table.find(`/tools/${encodeURIComponent(name)}`)?.params["name"], name);
  }));
});
