import type { CallerInput } from "./caller_input.ts";
import type { Principal } from "./principal.ts";

/** What whatever answers a request can use: a tool, a prompt, a resource. */
export interface CallContext {
  /** Aborted when the caller hangs up, cancels, or the server stops. */
  readonly signal: AbortSignal;
  /** Who asks. @default {ANONYMOUS} */
  readonly principal?: Principal | undefined;
  /** Asks the caller. Absent where nobody can be asked. */
  readonly input?: CallerInput | undefined;
}
