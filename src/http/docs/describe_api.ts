import type { JsonObject } from "../../codec/mod.ts";
import type { BoundTool, McpServerInfo, ToolTable } from "../../mcp/server/mod.ts";
import { moveReferences } from "./move_references.ts";

/** What is described. */
export interface DescribeApiOptions {
  /** Path of the MCP endpoint, before those of the plain routes. */
  readonly mountPath: string;
  /** Who the server is. */
  readonly serverInfo: McpServerInfo;
  /** What it is for. @default {undefined} */
  readonly instructions?: string | undefined;
  /** What can be called. */
  readonly tools: ToolTable;
  /** Whether callers have to say who they are. @default {false} */
  readonly isAuthenticated?: boolean | undefined;
}

/**
 * Describe a server as an OpenAPI 3.1 document: each tool is an operation with the tool's own schemas.
 *
 * @param options What there is.
 * @returns The document.
 */
export function describeApi(options: DescribeApiOptions): JsonObject {
  const { mountPath, serverInfo, instructions, tools, isAuthenticated = false } = options;
  const bound = tools.names.flatMap((name) => tools.get(name) ?? []);
  const families = [...new Set(bound.map(({ family }) => family))].sort();
  return {
    openapi: "3.1.0",
    info: {
      title: serverInfo.title ?? serverInfo.name,
      version: serverInfo.version,
      ...(instructions !== undefined && { description: instructions }),
    },
    servers: [{ url: "/" }],
    ...(isAuthenticated && { security: [{ bearer: [] }] }),
    tags: [...families.map((name) => ({ name, description: `Tools: ${name}` })), NODE_TAG],
    paths: {
      ...Object.fromEntries(bound.map((tool) => [
        `${mountPath}/tools/${encodeURIComponent(tool.name)}`,
        { post: describeTool(tool) },
      ])),
      ...describeOwnPaths(mountPath),
    },
    components: {
      schemas: {
        ...Object.fromEntries(bound.flatMap(toSchemas)),
        ToolFailure: TOOL_FAILURE,
        Refusal: REFUSAL,
        Detail: DETAIL,
      },
      responses: {
        Refused: describeResponse("Refused before it came to a tool", "Refusal"),
        Failed: describeResponse("The call came to nothing", "Detail"),
      },
      ...(isAuthenticated && { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } }),
    },
  };
}

const NODE_TAG = { name: "node", description: "The node itself" };

const TOOL_FAILURE: JsonObject = {
  type: "object",
  description: "The tool ran and failed.",
  properties: {
    ok: { const: false },
    error: { type: "string" },
    code: { type: "string" },
    hint: { type: "string" },
  },
  required: ["ok", "error", "code"],
};

const REFUSAL: JsonObject = {
  type: "object",
  properties: {
    error: {
      type: "object",
      properties: { code: { type: "string" }, message: { type: "string" } },
      required: ["code", "message"],
    },
  },
  required: ["error"],
};

const DETAIL: JsonObject = {
  type: "object",
  properties: { detail: { type: "string" } },
  required: ["detail"],
};

const CALL_ERRORS: JsonObject = Object.fromEntries([
  ...["401", "413", "429"].map((status) => [status, { $ref: "#/components/responses/Refused" }]),
  ...["403", "404", "422", "500", "503", "504"].map((
    status,
  ) => [status, { $ref: "#/components/responses/Failed" }]),
]);

function describeTool({ name, definition, family, scope }: BoundTool): JsonObject {
  const { title, description, annotations, outputSchema } = definition;
  const result = outputSchema === undefined ? {} : { $ref: toPlace(name, "Output") };
  return {
    operationId: name,
    tags: [family],
    summary: title,
    description,
    "x-scope": scope,
    ...(annotations !== undefined && { "x-annotations": { ...annotations } as JsonObject }),
    requestBody: {
      required: true,
      content: { "application/json": { schema: { $ref: toPlace(name, "Input") } } },
    },
    responses: {
      "200": {
        description: "The tool's result",
        content: {
          "application/json": {
            schema: { anyOf: [result, { $ref: "#/components/schemas/ToolFailure" }] },
          },
        },
      },
      ...CALL_ERRORS,
    },
  };
}

function toSchemas({ name, definition }: BoundTool): [string, JsonObject][] {
  const { inputSchema, outputSchema } = definition;
  return [
    [toKey(name, "Input"), moveReferences(inputSchema, toPlace(name, "Input"))],
    ...(outputSchema === undefined ? [] : [
      [toKey(name, "Output"), moveReferences(outputSchema, toPlace(name, "Output"))] satisfies [
        string,
        JsonObject,
      ],
    ]),
  ];
}

/** Keys of components know no slash. */
function toKey(name: string, kind: "Input" | "Output"): string {
  return `${name.replaceAll("/", "..")}.${kind}`;
}

function toPlace(name: string, kind: "Input" | "Output"): string {
  return `#/components/schemas/${toKey(name, kind)}`;
}

function describeOwnPaths(mountPath: string): JsonObject {
  return {
    [mountPath]: {
      post: describeOwn("mcp", "MCP", {
        description:
          "The endpoint of the Model Context Protocol (Streamable HTTP, all revisions), for its clients.",
      }),
    },
    [`${mountPath}/`]: { get: describeOwn("info", "Name, description and version") },
    [`${mountPath}/tools`]: { get: describeOwn("listTools", "The names of the tools, sorted") },
    [`${mountPath}/tools/call`]: { post: describeCall() },
    [`${mountPath}/health`]: { get: describeOwn("mcpHealth", "Whether it is well, in short") },
    "/health": { get: describeOwn("health", "Whether it is well, with the reasons") },
    "/live": { get: describeOwn("live", "Whether it should be restarted") },
    "/ready": { get: describeOwn("ready", "Whether it should be given work") },
    "/metrics": {
      get: describeOwn("metrics", "Metrics in the Prometheus text format", {
        "x-scope": "system:read",
      }),
    },
  };
}

function describeOwn(operationId: string, summary: string, more: JsonObject = {}): JsonObject {
  const responses = { "200": { description: "The answer" } };
  return { operationId, tags: [NODE_TAG.name], summary, ...more, responses };
}

function describeCall(): JsonObject {
  const schema = {
    type: "object",
    properties: { tool: { type: "string" }, arguments: { type: "object" } },
    required: ["tool"],
  };
  return {
    operationId: "callTool",
    tags: [NODE_TAG.name],
    summary: "Call a tool by its name",
    requestBody: { required: true, content: { "application/json": { schema } } },
    responses: { "200": { description: "The tool's result" }, ...CALL_ERRORS },
  };
}

function describeResponse(description: string, schema: string): JsonObject {
  return {
    description,
    content: { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } },
  };
}
