/**
 * The client under test of the official conformance runner: one program for all scenarios, made of this
 * project's own client. The runner names the scenario in `MCP_CONFORMANCE_SCENARIO`, the revision in
 * `MCP_CONFORMANCE_PROTOCOL_VERSION`, what the scenario gives it in `MCP_CONFORMANCE_CONTEXT`, and its
 * mock server as the last argument.
 *
 * @module
 */

import { runScenario, type ScenarioContext } from "./client_scenarios.ts";

const url = Deno.args.at(-1);
const scenario = Deno.env.get("MCP_CONFORMANCE_SCENARIO");
if (url === undefined || scenario === undefined) {
  throw new TypeError("Cannot run as there is no URL or no MCP_CONFORMANCE_SCENARIO");
}
const context: ScenarioContext = JSON.parse(Deno.env.get("MCP_CONFORMANCE_CONTEXT") ?? "{}");
const protocolVersion = Deno.env.get("MCP_CONFORMANCE_PROTOCOL_VERSION");
await runScenario(scenario, { url, protocolVersion, context });
