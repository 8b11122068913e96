/**
 * What a client can take for an answer: both forms, one of them, or JSON where it has not named event
 * streams but would take one.
 */
export type AcceptedTypes = "both" | "json" | "stream" | "json-rather";

/** What the official clients send. */
const USUAL = "application/json, text/event-stream";

/**
 * Read a client's `Accept` header, liberally: whoever names neither form gets JSON, as simple programs
 * send all kinds of things.
 *
 * @param accept The header, if there is one.
 * @returns The forms.
 */
export function toAcceptedTypes(accept: string | null): AcceptedTypes {
  if (accept === USUAL) return "both";
  const types = parseTypes(accept ?? "*/*");
  const takesJson = types.has("application/json") || types.has("application/*") || types.has("*/*");
  if (types.has("text/event-stream")) return takesJson ? "both" : "stream";
  return types.has("*/*") || types.has("text/*") ? "json-rather" : "json";
}

/** The types that are wanted at all. */
function parseTypes(accept: string): ReadonlySet<string> {
  const types = new Set<string>();
  for (const entry of accept.toLowerCase().split(",")) {
    const [type = "", ...parameters] = entry.split(";").map((part) => part.trim());
    if (!parameters.some((parameter) => /^q\s*=\s*0(\.0*)?$/.test(parameter))) types.add(type);
  }
  return types;
}

/**
 * Whether a request's body says to be JSON.
 *
 * @param contentType The header, if there is one.
 * @returns Whether it is `application/json`, with any parameters.
 */
export function isJsonType(contentType: string | null): boolean {
  if (contentType === "application/json") return true;
  const [type = ""] = (contentType ?? "").split(";", 1);
  return type.trim().toLowerCase() === "application/json";
}
