import type { ServerModel } from "./server_model.ts";

/**
 * Whether a server has prompts.
 *
 * @param server The server.
 * @returns Whether it has.
 */
export function hasPrompts(server: ServerModel): boolean {
  return "prompts" in server.capabilities;
}

/**
 * Whether a server has resources.
 *
 * @param server The server.
 * @returns Whether it has.
 */
export function hasResources(server: ServerModel): boolean {
  return "resources" in server.capabilities;
}

/**
 * Whether a server completes arguments.
 *
 * @param server The server.
 * @returns Whether it does.
 */
export function hasCompletions(server: ServerModel): boolean {
  return "completions" in server.capabilities;
}
