import { type AuthDecision, type Authenticator, NO_CREDENTIALS } from "./authenticator.ts";

/**
 * Let in whom one of several lets in. They are asked in order, so cheap ones go first.
 *
 * @param authenticators What is asked.
 * @returns What asks them. If none knows the caller, the decision of one that could not find out goes
 *   before that of one that refuses.
 */
export function combineAuthenticators(authenticators: readonly Authenticator[]): Authenticator {
  // Of one there is nothing to combine, and it may answer at once.
  if (authenticators.length === 1 && authenticators[0] !== undefined) return authenticators[0];
  return {
    async authenticate(request): Promise<AuthDecision> {
      let refusal: AuthDecision = NO_CREDENTIALS;
      for (const authenticator of authenticators) {
        const decision = await authenticator.authenticate(request);
        if (decision.ok) return decision;
        if (refusal.ok || refusal.code !== "unavailable") refusal = decision;
      }
      return refusal;
    },
  };
}
