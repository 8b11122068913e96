import type { JsonObject } from "../../src/codec/mod.ts";
import {
  connectMcpClient,
  type ConnectMcpClientOptions,
  createOAuthCredentials,
  type HttpCredentials,
  type HttpEndpoint,
  type McpClient,
  type OAuthOptions,
  type PrivateKey,
} from "../../src/mcp/client/mod.ts";
import { createCrossAppCredentials, type CrossAppContext } from "./cross_app_credentials.ts";
import { withDiscovery } from "./with_discovery.ts";

/** What the runner gives some scenarios. */
export interface ScenarioContext {
  readonly "client_id"?: string;
  readonly "client_secret"?: string;
  readonly "private_key_pem"?: string;
  readonly "signing_algorithm"?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: JsonObject }[];
}

/** One run of a scenario. */
export interface ScenarioRun {
  /** The mock server. */
  readonly url: string;
  /** The revision that it is about; `undefined` if the runner does not say. */
  readonly protocolVersion: string | undefined;
  readonly context: ScenarioContext;
}

type Scenario = (run: ScenarioRun) => Promise<void>;

/** The page that a client's id may be, in the scenario about that. */
const CLIENT_METADATA_URL = "https://conformance-test.local/client-metadata.json";

/**
 * Do what a scenario wants of a client.
 *
 * @param name The scenario.
 * @param run Its server and context.
 */
export async function runScenario(name: string, run: ScenarioRun): Promise<void> {
  const scenario = SCENARIOS[name] ?? (name.startsWith("auth/") ? logIn : undefined);
  if (scenario === undefined) {
    throw new TypeError(`Cannot run scenario as it is unknown: "${name}"`);
  }
  await scenario(run);
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "initialize": list,
  "json-schema-ref-no-deref": list,
  "request-metadata": (run) => use(run, () => Promise.resolve(), { handlers: ALL_HANDLERS }),
  "tools_call": callIfListed("add_numbers", { a: 5, b: 3 }),
  "sse-retry": callIfListed("test_reconnection", {}),
  "elicitation-sep1034-client-defaults": callIfListed("test_client_elicitation_defaults", {}),
  "json-schema-2020-12-preservation": echoSchema,
  "http-standard-headers": useEverything,
  "http-custom-headers": callGivenTools,
  "http-invalid-tool-headers": callAllTools,
  "sep-2322-client-request-state": answerQuestions,
  "auth/pre-registration": (run) => logIn(run, toRegisteredClient(run.context)),
  "auth/client-credentials-basic": logInAsProgram,
  "auth/client-credentials-jwt": logInAsProgram,
  "auth/cross-app-access-complete-flow": logInAcross,
  "auth/enterprise-managed-authorization": logInAcross,
};

/** Accepts every form as it stands: what it leaves out gets the form's defaults. */
const ALL_HANDLERS = {
  elicit: () => ({ action: "accept", content: {} }),
  createMessage: () => ({ model: "none", role: "assistant", content: { type: "text", text: "" } }),
  listRoots: () => ({ roots: [] }),
};

async function use(
  run: ScenarioRun,
  body: (client: McpClient) => Promise<void>,
  options: ConnectMcpClientOptions & Pick<HttpEndpoint, "credentials" | "fetch"> = {},
): Promise<void> {
  const { url, protocolVersion } = run;
  const { credentials, fetch, ...others } = options;
  // The mock servers of the older revisions take the question which era it is amiss.
  const isOlder = protocolVersion !== undefined && protocolVersion < "2026";
  const era = isOlder ? "legacy" : "auto";
  await using client = await connectMcpClient({ url, credentials, fetch }, { era, ...others });
  await body(client);
}

async function list(run: ScenarioRun): Promise<void> {
  await use(run, async (client) => {
    await client.listTools();
  });
}

function callIfListed(name: string, args: JsonObject): Scenario {
  return (run) =>
    use(run, async (client) => {
      const tools = await client.listTools();
      if (tools.some((tool) => tool.name === name)) await client.callTool(name, args);
    }, { handlers: { elicit: ALL_HANDLERS.elicit } });
}

async function echoSchema(run: ScenarioRun): Promise<void> {
  await use(run, async (client) => {
    const tools = await client.listTools();
    const tool = tools.find(({ name }) => name === "json_schema_2020_12_tool");
    if (tool === undefined) throw new TypeError("Cannot echo schema as the tool is not listed");
    await client.callTool("json_schema_echo", { schema: tool.inputSchema });
  });
}

async function useEverything(run: ScenarioRun): Promise<void> {
  await use(run, async (client) => {
    const [tool] = await client.listTools();
    if (tool !== undefined) await client.callTool(tool.name, {});
    const [resource] = await client.listResources();
    if (resource !== undefined) await client.readResource(resource.uri);
    const [prompt] = await client.listPrompts();
    if (prompt !== undefined) await client.getPrompt(prompt.name);
  }, { fetch: withDiscovery(fetch) });
}

async function callGivenTools(run: ScenarioRun): Promise<void> {
  await use(run, async (client) => {
    await client.listTools();
    for (const call of run.context.toolCalls ?? []) {
      await client.callTool(call.name, call.arguments);
    }
  }, { fetch: withDiscovery(fetch) });
}

async function callAllTools(run: ScenarioRun): Promise<void> {
  await use(run, async (client) => {
    for (const { name } of await client.listTools()) {
      await client.callTool(name, { region: "us-west1" });
    }
  }, { fetch: withDiscovery(fetch) });
}

async function answerQuestions(run: ScenarioRun): Promise<void> {
  const elicit = () => ({ action: "accept", content: { confirmed: true } });
  await use(run, async (client) => {
    await client.callTool("test_mrtr_echo_state", {});
    await client.callTool("test_mrtr_no_state", {});
    await client.callTool("test_mrtr_unrelated", {});
    // A result of no known type is an error. What counts is that it is not taken for a question.
    await client.callTool("test_mrtr_no_result_type", {}).catch(() => {});
  }, { fetch: withDiscovery(fetch), handlers: { elicit } });
}

async function logIn(
  run: ScenarioRun,
  client: Partial<Extract<OAuthOptions["grant"], { type: "authorization_code" }>> = {},
): Promise<void> {
  const grant = {
    type: "authorization_code",
    openBrowser: clickThrough,
    clientMetadataUrl: CLIENT_METADATA_URL,
    ...client,
  } as const;
  await useLoggedIn(run, createOAuthCredentials({ url: run.url, grant }));
}

async function logInAsProgram(run: ScenarioRun): Promise<void> {
  const { client_id: clientId = "" } = run.context;
  const grant = { type: "client_credentials", clientId, secret: toSecret(run.context) } as const;
  await useLoggedIn(run, createOAuthCredentials({ url: run.url, grant }));
}

async function logInAcross(run: ScenarioRun): Promise<void> {
  const context = run.context as CrossAppContext;
  await useLoggedIn(run, createCrossAppCredentials(run.url, context));
}

async function useLoggedIn(run: ScenarioRun, credentials: HttpCredentials): Promise<void> {
  await use(run, async (client) => {
    await client.listTools();
    await client.callTool("test-tool", {});
  }, { credentials });
}

function toRegisteredClient(context: ScenarioContext): { clientId: string; clientSecret: string } {
  const { client_id: clientId = "", client_secret: clientSecret = "" } = context;
  return { clientId, clientSecret };
}

function toSecret(context: ScenarioContext): string | PrivateKey {
  const { client_secret: secret, private_key_pem: pem } = context;
  if (pem === undefined) return secret ?? "";
  return { pem, algorithm: context.signing_algorithm ?? "ES256" };
}

/** A browser, and a person in front of it who agrees to everything. */
async function clickThrough(page: URL): Promise<void> {
  const answer = await fetch(page, { redirect: "manual" });
  await answer.body?.cancel();
  const target = answer.headers.get("location");
  if (target === null) throw new TypeError(`Cannot log in as no page follows: "${page}"`);
  const arrived = await fetch(target);
  await arrived.body?.cancel();
}
