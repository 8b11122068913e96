import { AppError } from "../error/mod.ts";

/** A text is not JSON, or not JSON that is safe to handle. */
export class InvalidJsonError extends AppError {
  /** The class. */
  override readonly name = "InvalidJsonError";
  /** `invalid_json`. */
  readonly code = "invalid_json";

  /**
   * Make the error.
   *
   * @param reason What is wrong with it.
   * @param cause The error that showed it.
   */
  constructor(readonly reason: string, cause?: unknown) {
    super(`Cannot handle JSON as ${reason}`, { cause });
  }
}

/** Bytes that should be text are not UTF-8. */
export class InvalidUtf8Error extends AppError {
  /** The class. */
  override readonly name = "InvalidUtf8Error";
  /** `invalid_utf8`. */
  readonly code = "invalid_utf8";

  /**
   * Make the error.
   *
   * @param cause The error that showed it.
   */
  constructor(cause?: unknown) {
    super("Cannot decode text as its bytes are not UTF-8", { cause });
  }
}

/** Bytes are no protobuf message, or not the one that is expected. */
export class InvalidProtobufError extends AppError {
  /** The class. */
  override readonly name = "InvalidProtobufError";
  /** `invalid_protobuf`. */
  readonly code = "invalid_protobuf";

  /**
   * Make the error.
   *
   * @param reason What is wrong with it.
   * @param cause The error that showed it.
   */
  constructor(readonly reason: string, cause?: unknown) {
    super(`Cannot decode protobuf message as ${reason}`, { cause });
  }
}

/** A line or frame is longer than the receiver allows. */
export class FrameTooLargeError extends AppError {
  /** The class. */
  override readonly name = "FrameTooLargeError";
  /** `frame_too_large`. */
  readonly code = "frame_too_large";

  /**
   * Make the error.
   *
   * @param sizeBytes How long it is, as far as known.
   * @param maxBytes How long it may be.
   */
  constructor(readonly sizeBytes: number, readonly maxBytes: number) {
    super(`Cannot handle frame as it is too large: ${sizeBytes} bytes, limit ${maxBytes}`);
  }
}

/** The bytes ended in the middle of a frame. */
export class IncompleteFrameError extends AppError {
  /** The class. */
  override readonly name = "IncompleteFrameError";
  /** `frame_incomplete`. */
  readonly code = "frame_incomplete";

  /**
   * Make the error.
   *
   * @param sizeBytes How many bytes were there.
   * @param part What was being read when they ended.
   */
  constructor(readonly sizeBytes: number, readonly part: "prefix" | "body") {
    super(`Cannot decode frame as the bytes end in its ${part}: ${sizeBytes} bytes`);
  }
}
