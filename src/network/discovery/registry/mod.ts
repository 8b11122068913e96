/**
 * Places where nodes leave their addresses for each other: issues on GitHub, shared directories.
 *
 * @module
 */

export { createGithubRegistry, type GithubRegistryOptions } from "./github/github_registry.ts";
export type { RequestPace } from "./github/open_octokit.ts";
export { createSharedDirectory, type SharedDirectoryOptions } from "./shared_directory.ts";
