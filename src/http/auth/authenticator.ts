import type { Principal } from "../../mcp/server/mod.ts";

/** Finds out on whose behalf a request is made. */
export interface Authenticator {
  /** Who sends a request. Never rejects. */
  authenticate(request: Request): Promise<AuthDecision> | AuthDecision;
}

/** Who sends a request, or why that is not known. */
export type AuthDecision =
  | { readonly ok: true; readonly principal: Principal }
  | {
    readonly ok: false;
    /** `no_credentials`: none came; `invalid_token`: they are no good; `unavailable`: ask again. */
    readonly code: "no_credentials" | "invalid_token" | "unavailable";
    /** For a person; tells nothing of the credentials. */
    readonly message: string;
  };

/** The decision about a request without credentials. */
export const NO_CREDENTIALS: AuthDecision = Object.freeze({
  ok: false,
  code: "no_credentials",
  message: "Cannot answer request as it does not say who sends it: send a bearer token",
});

/** The decision about credentials that are no good, whatever is wrong with them. */
export const INVALID_TOKEN: AuthDecision = Object.freeze({
  ok: false,
  code: "invalid_token",
  message: "Cannot answer request as its bearer token is not valid",
});
