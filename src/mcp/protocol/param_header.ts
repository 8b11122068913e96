import { isJsonObject, type JsonObject } from "../../codec/mod.ts";

/** An argument that clients repeat in a header of its own, so that gateways can route by it. */
export interface ParamHeader {
  /** `Mcp-Param-` and the name. */
  readonly header: string;
  /** Where the argument is. */
  readonly path: readonly string[];
}

/**
 * The arguments that a tool wants to see in headers: those whose schema says `x-mcp-header`. Only what
 * is reached through properties counts.
 *
 * @param inputSchema The JSON Schema of the tool's arguments.
 * @returns One entry for each.
 */
export function findParamHeaders(inputSchema: JsonObject): readonly ParamHeader[] {
  const found: ParamHeader[] = [];
  collect(inputSchema, [], found);
  return found;
}

function collect(schema: JsonObject, path: readonly string[], found: ParamHeader[]): void {
  const properties = schema["properties"];
  if (properties === undefined || !isJsonObject(properties)) return;
  for (const [name, property] of Object.entries(properties)) {
    if (!isJsonObject(property)) continue;
    const header = property["x-mcp-header"];
    const here = [...path, name];
    if (typeof header === "string" && /^[\w!#$%&'*+.^`|~-]+$/.test(header)) {
      found.push({ header: `Mcp-Param-${header}`, path: here });
    }
    collect(property, here, found);
  }
}
