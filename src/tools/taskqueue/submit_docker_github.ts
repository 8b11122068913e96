import { z } from "zod";
import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import { type TargetInput, targetShape } from "../target.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { type DockerCommand, dockerCommand, extra, optionalTexts } from "./docker_payload.ts";
import { submitDocker } from "./submit_docker.ts";
import { submitOutputSchema, type SubmitTaskOutput, summarizeSubmission } from "./submit_to.ts";

const inputSchema: z.ZodType<SubmitDockerGithubInput> = z.lazy(() =>
  z.object({
    "repo_url": z.string().trim().min(1).describe("Git repository with a Dockerfile."),
    branch: z.string().default("main"),
    "dockerfile_path": z.string().default("Dockerfile").describe("Within the repository."),
    "context_path": z.string().default(".").describe("Within the repository."),
    command: dockerCommand.describe("What to run in the image: a list of words, or text."),
    entrypoint: dockerCommand,
    environment: optionalTexts.describe("Environment variables."),
    "build_args": optionalTexts.describe("Arguments of the build."),
    extra,
    ...targetShape,
  }).catchall(z.json()) as unknown as z.ZodType<SubmitDockerGithubInput>
);

/** Arguments of {@linkcode submitDockerGithub}, defaults filled in; others go into the payload. */
export interface SubmitDockerGithubInput extends TargetInput {
  /** Git repository with a Dockerfile. */
  readonly "repo_url": string;
  /** Its branch. */
  readonly branch: string;
  /** The Dockerfile within the repository. */
  readonly "dockerfile_path": string;
  /** What the build can see of the repository. */
  readonly "context_path": string;
  /** What to run in the image; absent for the image's own. */
  readonly command?: DockerCommand | null | undefined;
  /** What runs the command; absent for the image's own. */
  readonly entrypoint?: DockerCommand | null | undefined;
  /** Environment variables. */
  readonly environment?: Readonly<Record<string, string>> | null | undefined;
  /** Arguments of the build. */
  readonly "build_args"?: Readonly<Record<string, string>> | null | undefined;
  /** More of the payload. */
  readonly extra: JsonObject | null;
  /** More of the payload. */
  readonly [name: string]: JsonValue | undefined;
}

/** Submits a task that builds an image from a repository and runs it. */
export const submitDockerGithub: Tool<
  TaskQueueToolDeps,
  SubmitDockerGithubInput,
  SubmitTaskOutput
> = {
  name: "p2p_taskqueue_submit_docker_github",
  title: "Submit a container from a repository",
  family: "docker",
  description:
    "Put a task in a queue that builds a container image from a Git repository and runs it, and " +
    "return its id at once. A worker that takes docker.github does it. Get the result with " +
    "p2p_taskqueue_wait_task.",
  input: inputSchema,
  output: submitOutputSchema,
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: false,
    openWorldHint: true,
  },
  summarize: summarizeSubmission,
  run: (deps, input, { signal }) => submitDocker(deps, { type: "docker.github", input, signal }),
};
