import { GithubRegistryError } from "../errors.ts";
import type { GithubClient } from "./github_client.ts";

interface Viewer {
  readonly viewer?: { readonly login?: string };
}

/**
 * Whose token it is. GraphQL tells that for every kind of token; the REST API refuses the one that
 * a workflow gets.
 *
 * @param github The repository.
 * @param signal Gives up.
 * @returns The account in lower case, or `undefined` if GitHub does not say.
 */
export async function findAccount(
  github: GithubClient,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { data } = await github.send(async (octokit, { request }) => {
      const data = await octokit.graphql<Viewer>("{ viewer { login } }", { request });
      return { data, headers: {} };
    }, signal);
    return data.viewer?.login?.toLowerCase();
  } catch (error) {
    // Where that is closed to this token, its first comment tells.
    const isRefused = error instanceof GithubRegistryError &&
      (error.status === 200 || error.status === 403 || error.status === 404);
    if (!isRefused) throw error;
    return undefined;
  }
}
