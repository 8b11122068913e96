import { sha256Hex, toCanonicalJson } from "../../codec/mod.ts";
import type { NewTask } from "../task_store.ts";

/**
 * What makes two submissions the same work: their type, model and payload. Kept beside an
 * idempotency key, so that the key cannot be used for other work.
 */
export function fingerprintOf(input: Pick<NewTask, "type" | "model" | "payload">): string {
  return sha256Hex(toCanonicalJson([input.type, input.model, input.payload]));
}
