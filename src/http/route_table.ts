import type { HttpRoute } from "./route.ts";

/** What is at a path. */
export interface FoundRoutes {
  /** All that answer there, at least one; of two with the same method, the first does. */
  readonly routes: readonly HttpRoute[];
  /** Values of the path's variables. */
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the routes of a path. */
export interface RouteTable {
  /** What is at a path; `undefined` if nothing is. */
  find(path: string): FoundRoutes | undefined;
}

/** Routes with variables that have the same form. */
interface Pattern {
  readonly segments: readonly Segment[];
  readonly routes: HttpRoute[];
}

type Segment = { readonly text: string } | { readonly variable: string };

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});

/**
 * Put routes into a table, once for the life of a server. What is at a path is also there with a slash
 * at its end, as far as nothing else is.
 *
 * @param routes The routes, in any order.
 * @returns The table.
 * @throws {TypeError} If a path is malformed, or a path and method are answered twice.
 */
export function createRouteTable(routes: readonly HttpRoute[]): RouteTable {
  const exact = new Map<string, HttpRoute[]>();
  const patterns = new Map<string, Pattern>();
  for (const route of routes) {
    if (!route.path.startsWith("/")) throw malformed(route);
    const segments = parseSegments(route);
    const others = segments.every(isText)
      ? upsert(exact, route.path, () => [])
      : upsert(patterns, toShape(segments), () => ({ segments, routes: [] })).routes;
    assertNewMethods(route, others);
    others.push(route);
  }
  const ranked = [...patterns.values()].sort((a, b) => rank(a).localeCompare(rank(b), "en"));
  const fixed = new Map([...exact].map(([path, own]) => {
    const others = path.endsWith("/") ? exact.get(path.slice(0, -1)) ?? [] : [];
    return [path, { routes: [...own, ...others], params: NO_PARAMS }];
  }));
  const find = (path: string): FoundRoutes | undefined => fixed.get(path) ?? match(ranked, path);
  return {
    find: (path) => find(path) ?? (path.endsWith("/") ? find(path.slice(0, -1)) : undefined),
  };
}

function match(patterns: readonly Pattern[], path: string): FoundRoutes | undefined {
  if (patterns.length === 0) return undefined;
  const parts = path.slice(1).split("/");
  for (const { segments, routes } of patterns) {
    const params = segments.length === parts.length ? readParams(segments, parts) : undefined;
    if (params !== undefined) return { routes, params };
  }
  return undefined;
}

/** The variables' values, or `undefined` if the path has another form. */
function readParams(
  segments: readonly Segment[],
  parts: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? "";
    if (isText(segment)) {
      if (segment.text !== part) return undefined;
      continue;
    }
    const value = decode(part);
    if (value === undefined || value === "") return undefined;
    params[segment.variable] = value;
  }
  return params;
}

function decode(part: string): string | undefined {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    // Not UTF-8: no name that anything has.
    return undefined;
  }
}

function parseSegments(route: HttpRoute): readonly Segment[] {
  return route.path.slice(1).split("/").map((part): Segment => {
    const variable = /^\{(\w+)\}$/.exec(part)?.[1];
    if (variable !== undefined) return { variable };
    if (/[{}?#]/.test(part)) throw malformed(route);
    return { text: part };
  });
}

function isText(segment: Segment): segment is { readonly text: string } {
  return "text" in segment;
}

/** The same for patterns that match the same paths. */
function toShape(segments: readonly Segment[]): string {
  return segments.map((segment) => isText(segment) ? `/${segment.text}` : "/{}").join("");
}

/** Orders patterns so that of two that match a path, the one that is fixed further goes first. */
function rank({ segments }: Pattern): string {
  return segments.map((segment) => isText(segment) ? "0" : "1").join("");
}

function assertNewMethods(route: HttpRoute, others: readonly HttpRoute[]): void {
  const taken = others.flatMap(({ methods }) => methods);
  const method = route.methods.find((name) => taken.includes(name));
  if (method === undefined) return;
  throw new TypeError(
    `Cannot create route table as a path and method is answered twice: ${method} ${route.path}`,
  );
}

function malformed({ path }: HttpRoute): TypeError {
  return new TypeError(`Cannot create route table as a path is malformed: path "${path}"`);
}

function upsert<V>(map: Map<string, V>, key: string, create: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = create();
  map.set(key, value);
  return value;
}
