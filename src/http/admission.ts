import { type Clock, RateLimit, systemClock } from "../concurrency/mod.ts";
import { ANONYMOUS, hasScope, type Principal } from "../mcp/server/mod.ts";
import type { AuthDecision, Authenticator } from "./auth/authenticator.ts";
import { toChallenge } from "./challenge.ts";
import { toClientKey } from "./client_key.ts";
import { errorResponse } from "./json_response.ts";
import type { RequestContext } from "./request_context.ts";
import type { HttpRoute } from "./route.ts";

/** Clients that are remembered: more than peers, as an address costs nothing. */
const MAX_CLIENTS = 10_000;

/** How often one client may ask. */
export interface RequestRate {
  /** Requests per second, in the long run. */
  readonly perSecond: number;
  /** Requests at once, after a while without. @default twice as many as per second */
  readonly burst?: number | undefined;
}

/** Who may ask, and how often. */
export interface AdmissionOptions {
  /** Finds out who asks. @default {undefined} nobody has to say */
  readonly authenticator?: Authenticator | undefined;
  /** How often one client may ask. @default {undefined} as often as it likes */
  readonly rateLimit?: RequestRate | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/** Whoever asks where somebody would have to say who they are, and need not: it may do nothing. */
const STRANGER: Principal = Object.freeze({ id: "", scopes: Object.freeze([]) });

/** Lets requests in: finds out who asks, whether they may, and whether they have asked too often. */
export class Admission {
  readonly #authenticator: Authenticator | undefined;
  readonly #rate: RateLimit | undefined;

  constructor(options: AdmissionOptions) {
    const { authenticator, rateLimit, clock = systemClock } = options;
    this.#authenticator = authenticator;
    this.#rate = rateLimit === undefined ? undefined : toRateLimit(rateLimit, clock);
  }

  /**
   * Look at a request before its route does, and note whose it is.
   *
   * @param request The request.
   * @param route Where it goes.
   * @param context Gets the principal.
   * @returns Why not; `undefined` to let it in.
   */
  check(
    request: Request,
    route: HttpRoute,
    context: RequestContext,
  ): Promise<Response | undefined> | Response | undefined {
    const authenticator = this.#authenticator;
    // Probes are asked by what watches the machine: it must never be told to come back later.
    if (route.isProbe === true) {
      context.principal = STRANGER;
      return undefined;
    }
    if (authenticator === undefined || route.isPublic === true) {
      context.principal = authenticator === undefined ? ANONYMOUS : STRANGER;
      return this.#takeOf(context);
    }
    // Whoever guesses tokens is stopped before the next one is looked at.
    const tired = this.#rate?.waitMs(toAddressKey(context)) ?? 0;
    if (tired > 0) return tooMany(tired);
    const decided = authenticator.authenticate(request);
    return decided instanceof Promise
      ? decided.then((decision) => this.#judge(decision, route, context))
      : this.#judge(decided, route, context);
  }

  #judge(
    decision: AuthDecision,
    { scope }: HttpRoute,
    context: RequestContext,
  ): Response | undefined {
    if (!decision.ok) return this.#takeOf(context) ?? refuse(decision);
    const { principal } = decision;
    context.principal = principal;
    const refusal = this.#take(`principal ${principal.id}`);
    if (refusal !== undefined) return refusal;
    return scope === undefined || hasScope(principal, scope) ? undefined : forbid(scope);
  }

  /** Take from the allowance of the client's address. */
  #takeOf(context: RequestContext): Response | undefined {
    return this.#take(toAddressKey(context));
  }

  #take(key: string): Response | undefined {
    const rate = this.#rate;
    return rate === undefined || rate.trySpend(key) ? undefined : tooMany(rate.waitMs(key));
  }
}

function toRateLimit({ perSecond, burst = 2 * perSecond }: RequestRate, clock: Clock): RateLimit {
  // Less than one would never let anything through.
  return new RateLimit({ burst: Math.max(1, burst), perSecond, clock, maxKeys: MAX_CLIENTS });
}

function toAddressKey(context: RequestContext): string {
  return `address ${toClientKey(context.clientAddress)}`;
}

function refuse(decision: AuthDecision & { readonly ok: false }): Response {
  const { code, message } = decision;
  if (code === "unavailable") {
    return errorResponse(503, { code: "auth_unavailable", message }, { "retry-after": "5" });
  }
  const error = code === "invalid_token" ? code : undefined;
  return errorResponse(401, { code: "unauthorized", message }, {
    "www-authenticate": toChallenge({ error }),
  });
}

function forbid(scope: string): Response {
  const message = `Cannot answer request as its sender may not do this: scope "${scope}"`;
  return errorResponse(403, { code: "forbidden", message }, {
    "www-authenticate": toChallenge({ error: "insufficient_scope", scope }),
  });
}

function tooMany(waitMs: number): Response {
  const message = "Cannot answer request as its sender has asked too often";
  return errorResponse(429, { code: "too_many_requests", message }, {
    "retry-after": String(Math.ceil(waitMs / 1000)),
  });
}
