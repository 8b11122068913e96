/**
 * Bytes and text to values and back: JSON, protobuf, lines, frames, hashes. Pure.
 *
 * @module
 */

export { concatBytes, equalBytes } from "./bytes.ts";
export { compareCodePoints } from "./compare_code_points.ts";
export type { JsonObject, JsonValue } from "./json.ts";
export { isJsonObject, parseJson } from "./parse_json.ts";
export { toCanonicalJson, toJson } from "./to_json.ts";
export { sha256Hex } from "./sha256.ts";
export { decodeUtf8 } from "./utf8.ts";
export { ProtobufFields } from "./protobuf_fields.ts";
export { ProtobufWriter } from "./protobuf_writer.ts";
export { LineDecoder, type LineDecoderOptions } from "./line_decoder.ts";
export { encodeFrame, FrameDecoder, type FrameOptions } from "./frame.ts";
export type { FramePrefix } from "./frame_prefix.ts";
export {
  FrameTooLargeError,
  IncompleteFrameError,
  InvalidJsonError,
  InvalidProtobufError,
  InvalidUtf8Error,
} from "./errors.ts";
