import { z } from "zod";
import type { JsonObject } from "../../codec/mod.ts";
import { ExecutionError } from "../errors.ts";

/** A request to an OpenAI-compatible endpoint. */
export interface CompletionRequest {
  /** The model that is asked. */
  readonly model: string;
  /** Path below the base URL. */
  readonly path: "/chat/completions" | "/completions";
  /** The JSON body. */
  readonly body: Readonly<Record<string, unknown>>;
}

const DEFAULT_MAX_TOKENS = 128;
const DEFAULT_TEMPERATURE = 0.2;

const message = z.object({ role: z.string(), content: z.string() });

const payloadSchema = z.object({
  prompt: z.string().optional(),
  messages: z.array(message).min(1).optional(),
  "max_new_tokens": z.int().positive().optional(),
  "max_tokens": z.int().positive().optional(),
  temperature: z.number().min(0).max(2).optional(),
  "top_p": z.number().min(0).max(1).optional(),
  seed: z.int().optional(),
  stop: z.union([z.string(), z.array(z.string()).max(16)]).optional(),
  "endpoint_type": z.enum(["chat", "completion"]).optional(),
}).refine((payload) => payload.prompt !== undefined || payload.messages !== undefined, {
  path: ["prompt"],
  error: "a prompt or messages are needed",
});

/**
 * Turn a task's payload into the request to send.
 *
 * @param model The task's model.
 * @param payload `prompt` or `messages`, and optionally `max_new_tokens` (or `max_tokens`; 128),
 * `temperature` (0.2), `top_p`, `seed`, `stop`, and `endpoint_type` (`chat`, or `completion` for base
 * models without a chat template).
 * @returns The request.
 * @throws {ExecutionError} `invalid_payload`, not retryable, naming each problem.
 */
export function parseTextPayload(model: string, payload: JsonObject): CompletionRequest {
  if (model.trim() === "") throw invalid("model: the task must name one");
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) {
    throw invalid(
      parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "),
    );
  }
  const { prompt, messages, ...rest } = parsed.data;
  const common = {
    model,
    stream: true,
    "stream_options": { "include_usage": true },
    "max_tokens": rest["max_new_tokens"] ?? rest["max_tokens"] ?? DEFAULT_MAX_TOKENS,
    temperature: rest.temperature ?? DEFAULT_TEMPERATURE,
    ...definedOf({ "top_p": rest["top_p"], seed: rest.seed, stop: rest.stop }),
  };
  if (rest["endpoint_type"] === "completion") {
    if (prompt === undefined) throw invalid("prompt: the completion endpoint takes no messages");
    return { model, path: "/completions", body: { ...common, prompt } };
  }
  const chat = messages ?? [{ role: "user", content: prompt ?? "" }];
  return { model, path: "/chat/completions", body: { ...common, messages: chat } };
}

function definedOf(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function invalid(problems: string): ExecutionError {
  return new ExecutionError(`Cannot generate text as the task is not valid: ${problems}`, {
    code: "invalid_payload",
    retryable: false,
  });
}
