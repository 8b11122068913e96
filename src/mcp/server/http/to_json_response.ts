import { encodeAnswer } from "../../protocol/encode_answer.ts";
import type { McpAnswer } from "../engine/mcp_service.ts";

/** One answer, or those to a batch. */
export type Answered = McpAnswer | readonly McpAnswer[];

/** Made once, as most answers need no other. */
const JSON_HEADERS = Object.freeze({ "content-type": "application/json" });

/**
 * The response that is one JSON text.
 *
 * @param answered What was answered.
 * @param maxResultBytes Longer answers are replaced by an error.
 * @returns The response. Status 403 tells which scope was missing (RFC 6750, section 3.1).
 */
export function toJsonResponse(answered: Answered, maxResultBytes: number): Response {
  if (isBatch(answered)) {
    const texts = answered.map((answer) => encodeAnswer(answer, maxResultBytes));
    return new Response(`[${texts.join(",")}]`, { headers: JSON_HEADERS });
  }
  const { httpStatus: status, requiredScope } = answered;
  const text = encodeAnswer(answered, maxResultBytes);
  if (requiredScope === undefined) return new Response(text, { status, headers: JSON_HEADERS });
  const challenge = `Bearer error="insufficient_scope", scope="${requiredScope}"`;
  return new Response(text, {
    status,
    headers: { ...JSON_HEADERS, "www-authenticate": challenge },
  });
}

/**
 * The answers one by one, for a stream of events.
 *
 * @param answered What was answered.
 * @param maxResultBytes Longer answers are replaced by an error.
 * @returns JSON texts.
 */
export function toJsonTexts(answered: Answered, maxResultBytes: number): readonly string[] {
  const answers = isBatch(answered) ? answered : [answered];
  return answers.map((answer) => encodeAnswer(answer, maxResultBytes));
}

function isBatch(answered: Answered): answered is readonly McpAnswer[] {
  return Array.isArray(answered);
}
