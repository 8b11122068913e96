import { isJsonObject, type JsonObject } from "../../codec/mod.ts";
import {
  createJsonBodyReader,
  type JsonBodyReaderOptions,
  type McpServerOptions,
  type McpService,
  type ToolTable,
} from "../../mcp/server/mod.ts";
import type { HealthRegistry } from "../../telemetry/mod.ts";
import { askHealth } from "../ask_health.ts";
import type { HttpContext, HttpRoute } from "../route.ts";
import { detailResponse } from "./detail_response.ts";
import { toPlainAnswer } from "./to_plain_answer.ts";

/** Options of {@linkcode createPlainRoutes}. */
export interface PlainRoutesOptions
  extends
    JsonBodyReaderOptions,
    Pick<McpServerOptions, "serverInfo" | "instructions" | "resources" | "prompts"> {
  /** The tools there are. */
  readonly tools: ToolTable;
  /** Runs them. */
  readonly service: McpService;
  /** Whether the node is well. @default {undefined} it always is */
  readonly health?: HealthRegistry | undefined;
}

/** A call without the protocol of MCP: it may have no progress and is asked nothing. */
interface PlainCall {
  readonly name: string;
  readonly args: JsonObject;
}

/** Reads what is to be called; a response says why that cannot be told. */
type ReadCall = (request: Request, context: HttpContext) => Promise<PlainCall | Response>;

/**
 * The routes of the Python system's server, so that its clients, and `curl`, can call tools without a
 * protocol: `GET <mount>/`, `GET <mount>/tools`, `POST <mount>/tools/call`, `POST <mount>/tools/{name}`
 * (and `/tool/{name}`), `GET <mount>/health`. Errors are `{"detail"}`.
 *
 * @param mountPath The path of the MCP endpoint, such as `/mcp`.
 * @param options The tools, and what runs them.
 * @returns The routes.
 */
export function createPlainRoutes(
  mountPath: string,
  options: PlainRoutesOptions,
): readonly HttpRoute[] {
  const { tools, serverInfo, instructions } = options;
  const readJsonBody = createJsonBodyReader(options);
  const readBody = async (request: Request): Promise<JsonObject | Response> => {
    // `curl -X POST` without anything calls a tool without arguments.
    if (request.body === null || request.headers.get("content-length") === "0") return {};
    const body = await readJsonBody(request);
    if (!body.ok) return detailResponse(body.status, body.message);
    if (isJsonObject(body.value)) return body.value;
    return detailResponse(422, "Cannot call tool as the body is not a JSON object");
  };
  const info = {
    name: serverInfo.name,
    description: instructions ?? "",
    version: serverInfo.version,
  };
  const callRoute = (path: string, read: ReadCall): HttpRoute => ({
    path: `${mountPath}${path}`,
    methods: ["POST"],
    handle: async (request, context) => {
      const call = await read(request, context);
      return call instanceof Response ? call : await runCall(call, { options, context });
    },
  });
  const readNamed: ReadCall = async (request, { params }) => {
    const args = await readBody(request);
    return args instanceof Response ? args : { name: params["name"] ?? "", args };
  };
  return [
    { path: `${mountPath}/`, methods: ["GET"], handle: () => Response.json(info) },
    { path: `${mountPath}/tools`, methods: ["GET"], handle: () => Response.json(tools.names) },
    createHealthRoute(`${mountPath}/health`, options),
    callRoute("/tools/call", async (request) => {
      const body = await readBody(request);
      return body instanceof Response ? body : readEnvelope(body);
    }),
    callRoute("/tools/{name}", readNamed),
    callRoute("/tool/{name}", readNamed),
  ];
}

/** What the Python client sends. */
function readEnvelope(body: JsonObject): PlainCall | Response {
  const { tool, arguments: args = {} } = body;
  if (typeof tool !== "string") {
    return detailResponse(422, 'Cannot call tool as the body has no text "tool"');
  }
  if (args !== null && !isJsonObject(args)) {
    return detailResponse(422, 'Cannot call tool as "arguments" is not an object');
  }
  return { name: tool, args: args ?? {} };
}

async function runCall(
  { name, args }: PlainCall,
  { options, context }: {
    readonly options: PlainRoutesOptions;
    readonly context: HttpContext;
  },
): Promise<Response> {
  if (options.tools.get(name) === undefined) {
    return detailResponse(404, `Cannot call tool as there is none with this name: tool "${name}"`);
  }
  const request = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name, arguments: args },
  } as const;
  const { principal, signal } = context;
  const send = (): Promise<void> => Promise.resolve();
  const exchange = { principal, signal, send };
  return toPlainAnswer(await options.service.answerSessionless(request, exchange));
}

function createHealthRoute(path: string, options: PlainRoutesOptions): HttpRoute {
  const { tools, resources = [], prompts = [], health } = options;
  const counts = {
    "tools_count": tools.names.length,
    "resources_count": resources.reduce((sum, { templates }) => sum + templates.length, 0),
    "prompts_count": prompts.length,
  };
  return {
    path,
    methods: ["GET"],
    isPublic: true,
    async handle(): Promise<Response> {
      const { status } = health === undefined
        ? { status: "ok" }
        : await askHealth((signal) => health.readiness({ signal }));
      return Response.json({ status, ...counts }, {
        status: status === "ok" ? 200 : 503,
        headers: { "cache-control": "no-store" },
      });
    },
  };
}
