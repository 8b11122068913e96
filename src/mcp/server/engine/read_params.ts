import { isJsonObject, type JsonObject } from "../../../codec/mod.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import { ProtocolError } from "../../protocol/protocol_error.ts";
import { shorten } from "../../shorten.ts";

/** A URI that is remembered costs memory for as long. */
const MAX_URI_LENGTH = 4096;

/**
 * What is wrong with the parameters of a request.
 *
 * @param problem What, as a sentence that goes on after "as".
 * @returns The error to throw.
 */
export function invalidParams(problem: string): ProtocolError {
  const message = `Cannot take request as ${problem}`;
  return new ProtocolError(McpErrorCode.invalidParams, message, {
    data: { code: "invalid_params" },
  });
}

/**
 * A parameter that must be text.
 *
 * @param params The parameters.
 * @param name Which one.
 * @returns The text.
 * @throws {ProtocolError} If it is none.
 */
export function readText(params: JsonObject, name: string): string {
  const value = params[name];
  if (typeof value !== "string") throw invalidParams(`"${name}" is not text`);
  return value;
}

/**
 * A parameter that is text if it is there.
 *
 * @param params The parameters.
 * @param name Which one.
 * @returns The text, or `undefined`.
 * @throws {ProtocolError} If it is something else.
 */
export function readOptionalText(params: JsonObject, name: string): string | undefined {
  return params[name] === undefined ? undefined : readText(params, name);
}

/**
 * A parameter that is an object if it is there.
 *
 * @param params The parameters.
 * @param name Which one.
 * @returns The object, or `undefined`.
 * @throws {ProtocolError} If it is something else.
 */
export function readOptionalObject(params: JsonObject, name: string): JsonObject | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) throw invalidParams(`"${name}" is not an object`);
  return value;
}

/**
 * A parameter that holds texts by name, if it is there.
 *
 * @param params The parameters.
 * @param name Which one.
 * @returns The texts; none if it is not there.
 * @throws {ProtocolError} If it is something else.
 */
export function readTexts(params: JsonObject, name: string): Readonly<Record<string, string>> {
  const values = readOptionalObject(params, name) ?? {};
  for (const [key, value] of Object.entries(values)) {
    if (typeof value !== "string") throw invalidParams(`"${name}.${shorten(key)}" is not text`);
  }
  return values as Readonly<Record<string, string>>;
}

/**
 * See to it that a URI is short enough to be remembered.
 *
 * @param uri The URI.
 * @throws {ProtocolError} If it is not.
 */
export function checkUri(uri: string): void {
  if (uri.length <= MAX_URI_LENGTH) return;
  throw invalidParams(`a URI is longer than ${MAX_URI_LENGTH} characters: "${shorten(uri)}"`);
}
