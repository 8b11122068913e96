import { AppError } from "../error/mod.ts";

/** Text has an unpaired surrogate: it is no Unicode text, and has no UTF-8 form to be hashed. */
export class UnencodableTextError extends AppError {
  /** `UnencodableTextError`. */
  override readonly name = "UnencodableTextError";
  /** `unencodable_text`. */
  readonly code = "unencodable_text";

  /**
   * Says which text.
   *
   * @param text The text, which the message shows with escapes.
   */
  constructor(text: string) {
    super(`Cannot hash text as it has an unpaired surrogate: text ${JSON.stringify(text)}`);
  }
}
