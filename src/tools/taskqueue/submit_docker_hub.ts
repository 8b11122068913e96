import { z } from "zod";
import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import { type TargetInput, targetShape } from "../target.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { type DockerCommand, dockerCommand, extra, optionalTexts } from "./docker_payload.ts";
import { submitDocker } from "./submit_docker.ts";
import { submitOutputSchema, type SubmitTaskOutput, summarizeSubmission } from "./submit_to.ts";

const inputSchema: z.ZodType<SubmitDockerHubInput> = z.lazy(() =>
  z.object({
    image: z.string().trim().min(1).describe("Image to run, such as alpine:3.22."),
    command: dockerCommand.describe("What to run in it: a list of words, or text."),
    entrypoint: dockerCommand,
    environment: optionalTexts.describe("Environment variables."),
    volumes: optionalTexts.describe("Path on the worker's host to path in the container."),
    extra,
    ...targetShape,
  }).catchall(z.json()) as unknown as z.ZodType<SubmitDockerHubInput>
);

/** Arguments of {@linkcode submitDockerHub}, defaults filled in; others go into the payload. */
export interface SubmitDockerHubInput extends TargetInput {
  /** The image. */
  readonly image: string;
  /** What to run in it; absent for the image's own. */
  readonly command?: DockerCommand | null | undefined;
  /** What runs the command; absent for the image's own. */
  readonly entrypoint?: DockerCommand | null | undefined;
  /** Environment variables. */
  readonly environment?: Readonly<Record<string, string>> | null | undefined;
  /** Path on the worker's host to path in the container. */
  readonly volumes?: Readonly<Record<string, string>> | null | undefined;
  /** More of the payload. */
  readonly extra: JsonObject | null;
  /** More of the payload. */
  readonly [name: string]: JsonValue | undefined;
}

/** Submits a task that runs an image from a registry. */
export const submitDockerHub: Tool<TaskQueueToolDeps, SubmitDockerHubInput, SubmitTaskOutput> = {
  name: "p2p_taskqueue_submit_docker_hub",
  title: "Submit a container",
  family: "docker",
  description:
    "Put a task in a queue that runs a container image, and return its id at once. A worker that " +
    "takes docker.execute does it. Get the result with p2p_taskqueue_wait_task.",
  input: inputSchema,
  output: submitOutputSchema,
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: false,
    openWorldHint: true,
  },
  summarize: summarizeSubmission,
  run: (deps, input, { signal }) => submitDocker(deps, { type: "docker.execute", input, signal }),
};
