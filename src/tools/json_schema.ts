import { z } from "zod";
import type { JsonObject, JsonValue } from "../codec/mod.ts";

/** Schema of any JSON value. */
export const jsonValue: z.ZodType<JsonValue> = z.json() as z.ZodType<JsonValue>;

/** Schema of a JSON object. */
export const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), z.json());

/** Schema of a reply that is passed on as it came: an object with `ok`. */
export const rawReply: z.ZodType<JsonObject> = z.looseObject({
  ok: z.boolean(),
}) as unknown as z.ZodType<JsonObject>;
