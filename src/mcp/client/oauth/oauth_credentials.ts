import {
  auth,
  type AuthOptions,
  computeScopeUnion,
  extractWWWAuthenticateParams,
  isStrictScopeSuperset,
} from "@modelcontextprotocol/client";
import { AppError, toErrorMessage } from "../../../error/mod.ts";
import {
  CancelReason,
  type Clock,
  failAfter,
  Limiter,
  systemClock,
} from "../../../concurrency/mod.ts";
import { toEndpointName } from "../endpoint.ts";
import type { CredentialsOptions, HttpCredentials, Refusal } from "../http_credentials.ts";
import { LoginError } from "./errors.ts";
import { openLoopbackRedirect } from "./loopback_redirect.ts";
import type { AuthorizationCodeGrant, OAuthOptions } from "./oauth_options.ts";
import { type CurrentToken, OAuthProvider } from "./oauth_provider.ts";
import { createMemoryTokenStore } from "./token_store.ts";

/** A token is renewed this long before its end, so that it does not end on its way. */
const RENEW_BEFORE_MS = 30_000;

/** How long a person may take to log in. */
const DEFAULT_LOGIN_TIMEOUT_MS = 300_000;

/** More than this would be a program that has run wild. */
const MAX_WAITING = 10_000;

/** What the SDK is to be told of one login. */
type LoginOptions = Pick<AuthOptions, "resourceMetadataUrl" | "scope" | "forceReauthorization">;

/**
 * Credentials that log in with OAuth 2.1 when a server wants it: the server names its authorisation
 * server (RFC 9728), whose metadata say the rest (RFC 8414). Tokens are kept, renewed before they end,
 * and widened when the server asks for more scope. Requests that are refused at the same time share one
 * login.
 *
 * @param options Which server, and how to log in.
 * @returns The credentials. They throw {@linkcode LoginError}.
 */
export function createOAuthCredentials(options: OAuthOptions): HttpCredentials {
  return new OAuthCredentials(options);
}

class OAuthCredentials implements HttpCredentials {
  readonly patienceMs: number;
  readonly #options: OAuthOptions;
  /** The server, for error messages. */
  readonly #server: string;
  readonly #provider: OAuthProvider;
  readonly #clock: Clock;
  /** One login at a time. */
  readonly #turn = new Limiter(1, { maxWaiting: MAX_WAITING });
  /** What the last login came to, for those who have waited for it. */
  #last: { readonly error: unknown } = { error: undefined };

  constructor(options: OAuthOptions) {
    const { grant, store = createMemoryTokenStore(), clock = systemClock } = options;
    this.#options = options;
    this.#server = toEndpointName(options);
    this.#clock = clock;
    this.#provider = new OAuthProvider({
      resource: String(options.url),
      server: this.#server,
      grant,
      store,
      clock,
    });
    this.patienceMs = grant.type === "client_credentials" ? 0 : loginTimeoutMs(grant);
  }

  async authorization({ signal }: CredentialsOptions): Promise<string | undefined> {
    const token = await this.#provider.currentToken();
    if (token === undefined || !this.#isEnding(token)) return token?.header;
    await this.#inTurn(signal, async (limited) => {
      this.#provider.forget();
      const latest = await this.#provider.currentToken();
      // Another process may have been faster.
      if (latest !== undefined && !this.#isEnding(latest)) return;
      await this.#logIn({ ...this.#toScope(token.scope) }, limited);
    });
    return (await this.#provider.currentToken())?.header;
  }

  async answerRefusal(
    { response, sent }: Refusal,
    { signal }: CredentialsOptions,
  ): Promise<boolean> {
    const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(response);
    return await this.#inTurn(signal, async (limited) => {
      this.#provider.forget();
      const token = await this.#provider.currentToken();
      // Somebody has logged in since the request was sent.
      if (token !== undefined && token.header !== sent) return true;
      const known = this.#provider.requestedScope ?? this.#options.scope;
      const wanted = computeScopeUnion(known, response.status === 403 ? token?.scope : "", scope);
      const isWider = isStrictScopeSuperset(wanted, token?.scope);
      // What a token has already, another one with the same scope will not mend.
      if (response.status === 403 && !isWider) return false;
      // The server may have moved to another authorisation server.
      if (response.status === 401) await this.#provider.invalidateCredentials("discovery");
      await this.#logIn({
        ...this.#toScope(wanted),
        ...(resourceMetadataUrl !== undefined && { resourceMetadataUrl }),
        forceReauthorization: response.status === 403,
      }, limited);
      return true;
    }) ?? true;
  }

  /** `undefined` if somebody else has logged in while this waited. */
  async #inTurn<T>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal | undefined) => Promise<T>,
  ): Promise<T | undefined> {
    const seen = this.#last;
    return await this.#turn.run(async () => {
      if (this.#last !== seen) {
        if (this.#last.error !== undefined) throw this.#last.error;
        return undefined;
      }
      try {
        const value = await work(signal);
        this.#last = { error: undefined };
        return value;
      } catch (error) {
        if (signal?.aborted !== true) this.#last = { error };
        throw error;
      }
    }, { signal });
  }

  #isEnding({ expiresAtMs, hasRefreshToken }: CurrentToken): boolean {
    const canRenew = hasRefreshToken || this.#options.grant.type === "client_credentials";
    return canRenew && expiresAtMs - RENEW_BEFORE_MS <= this.#clock.now();
  }

  #toScope(scope: string | undefined): LoginOptions {
    return scope === undefined || scope === "" ? {} : { scope };
  }

  async #logIn(options: LoginOptions, signal: AbortSignal | undefined): Promise<void> {
    const { grant } = this.#options;
    this.#provider.requestedScope = options.scope;
    try {
      if (grant.type === "authorization_code") await this.#logInWithBrowser(grant, options, signal);
      else await this.#auth(options, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof AppError) throw error;
      const detail = toErrorMessage(error);
      throw new LoginError(this.#server, "failed", { detail, cause: error });
    }
  }

  async #logInWithBrowser(
    grant: AuthorizationCodeGrant,
    options: LoginOptions,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await using redirect = openLoopbackRedirect(await this.#provider.knownPort());
    this.#provider.redirect = redirect;
    if (await this.#auth(options, signal) === "AUTHORIZED") return;
    const returned = await this.#waitForReturn(grant, redirect.waitForReturn, signal);
    const code = returned.get("code");
    const iss = returned.get("iss");
    if (code === null) {
      // What else it says may come from anybody; the code of the error is one of a short list.
      const word = /^[a-z_]{1,40}$/.exec(returned.get("error") ?? "")?.[0];
      throw new LoginError(this.#server, "refused", { detail: word });
    }
    await this.#auth({
      ...options,
      authorizationCode: code,
      ...(iss !== null && { iss }),
    }, signal);
  }

  async #waitForReturn(
    grant: AuthorizationCodeGrant,
    wait: (signal: AbortSignal) => Promise<URLSearchParams>,
    signal: AbortSignal | undefined,
  ): Promise<URLSearchParams> {
    try {
      return await failAfter(loginTimeoutMs(grant), wait, { clock: this.#clock, signal });
    } catch (error) {
      if (!(error instanceof CancelReason) || signal?.aborted === true) throw error;
      throw new LoginError(this.#server, "timeout", { cause: error });
    }
  }

  async #auth(
    options: Omit<AuthOptions, "serverUrl" | "fetchFn">,
    signal: AbortSignal | undefined,
  ): Promise<"AUTHORIZED" | "REDIRECT"> {
    const request = this.#options.fetch ?? fetch;
    return await auth(this.#provider, {
      ...options,
      serverUrl: this.#options.url,
      fetchFn: (url, init) => request(url, { ...init, ...(signal !== undefined && { signal }) }),
    });
  }
}

function loginTimeoutMs({ timeoutMs = DEFAULT_LOGIN_TIMEOUT_MS }: AuthorizationCodeGrant): number {
  return timeoutMs;
}
