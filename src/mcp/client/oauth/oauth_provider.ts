import {
  type AddClientAuthentication,
  createPrivateKeyJwtAuth,
  type OAuthClientInformationContext,
  type OAuthClientMetadata,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
} from "@modelcontextprotocol/client";
import type { JsonObject } from "../../../codec/mod.ts";
import type { Clock } from "../../../concurrency/mod.ts";
import { LoginError } from "./errors.ts";
import type { LoopbackRedirect } from "./loopback_redirect.ts";
import type { OAuthOptions } from "./oauth_options.ts";
import type { StoredCredentials, StoredLogin, TokenStore } from "./token_store.ts";

/** What the SDK says may be wrong with what it was given. */
type Invalid = "all" | "client" | "tokens" | "verifier" | "discovery";

/** What an {@linkcode OAuthProvider} needs. */
export interface OAuthProviderOptions {
  /** The MCP server, by which logins are kept. */
  readonly resource: string;
  /** The same, for error messages. */
  readonly server: string;
  readonly grant: OAuthOptions["grant"];
  readonly store: TokenStore;
  readonly clock: Clock;
}

/** A token that can be sent. */
export interface CurrentToken {
  readonly header: string;
  readonly scope: string | undefined;
  /** `Infinity` if it was not said. */
  readonly expiresAtMs: number;
  readonly hasRefreshToken: boolean;
}

/** What the SDK's side of OAuth asks of a client: who it is, and to keep what it has got. */
export class OAuthProvider implements OAuthClientProvider {
  /** Where the browser comes back to, while a login is under way. */
  redirect: LoopbackRedirect | undefined;
  /** What was asked for last. */
  requestedScope: string | undefined;
  readonly clientMetadataUrl?: string;
  readonly addClientAuthentication?: AddClientAuthentication;
  readonly #options: OAuthProviderOptions;
  #login: StoredLogin | undefined;
  #discovery: OAuthDiscoveryState | undefined;
  #verifier = "";

  constructor(options: OAuthProviderOptions) {
    this.#options = options;
    const { grant } = options;
    if (grant.type === "authorization_code") {
      if (grant.clientMetadataUrl !== undefined) this.clientMetadataUrl = grant.clientMetadataUrl;
    } else if (typeof grant.secret !== "string") {
      const { pem, algorithm } = grant.secret;
      this.addClientAuthentication = createPrivateKeyJwtAuth({
        issuer: grant.clientId,
        subject: grant.clientId,
        privateKey: pem,
        alg: algorithm,
      });
    }
  }

  get redirectUrl(): string | undefined {
    return this.redirect?.url;
  }

  get clientMetadata(): OAuthClientMetadata {
    const { grant } = this.#options;
    if (grant.type === "client_credentials") {
      return {
        "client_name": "mcpp",
        "redirect_uris": [],
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": typeof grant.secret === "string"
          ? "client_secret_basic"
          : "private_key_jwt",
      };
    }
    return {
      "client_name": grant.clientName ?? "mcpp",
      "redirect_uris": this.redirect === undefined ? [] : [this.redirect.url],
      "grant_types": ["authorization_code", "refresh_token"],
      "response_types": ["code"],
    };
  }

  /** The token to send, if there is one. */
  async currentToken(): Promise<CurrentToken | undefined> {
    const login = await this.#load();
    const held = login.current === undefined ? undefined : login.issuers[login.current];
    const tokens = held?.tokens as StoredOAuthTokens | undefined;
    if (tokens === undefined) return undefined;
    return {
      header: `Bearer ${tokens.access_token}`,
      scope: tokens.scope,
      expiresAtMs: held?.expiresAtMs ?? Infinity,
      hasRefreshToken: tokens.refresh_token !== undefined,
    };
  }

  /** Another process may have got something newer. */
  forget(): void {
    this.#login = undefined;
  }

  /** The port at which this client is registered with its authorisation server, if it is. */
  async knownPort(): Promise<number | undefined> {
    const login = await this.#load();
    const client = login.current === undefined ? undefined : login.issuers[login.current]?.client;
    const [uri] = (client?.["redirect_uris"] ?? []) as readonly string[];
    return uri === undefined ? undefined : Number(new URL(uri).port) || undefined;
  }

  state(): string {
    return this.redirect?.state ?? "";
  }

  async clientInformation(
    context?: OAuthClientInformationContext,
  ): Promise<StoredOAuthClientInformation | undefined> {
    const { grant } = this.#options;
    const login = await this.#load();
    const stored = context === undefined ? undefined : login.issuers[context.issuer]?.client;
    if (grant.clientId === undefined) return this.#registered(stored);
    const secret = grant.type === "authorization_code" ? grant.clientSecret : grant.secret;
    // A secret is bound to the first authorisation server that it is given to.
    const expected = grant.type === "client_credentials" ? grant.issuer : undefined;
    const issuer = expected ?? login.current ?? context?.issuer;
    return {
      "client_id": grant.clientId,
      ...(typeof secret === "string" && { "client_secret": secret }),
      ...(issuer !== undefined && { issuer }),
    };
  }

  async saveClientInformation(
    client: StoredOAuthClientInformation,
    context?: OAuthClientInformationContext,
  ): Promise<void> {
    if (this.#options.grant.clientId !== undefined) return;
    await this.#change(context, (held) => ({ ...held, client: toJson(client) }));
  }

  async tokens(context?: OAuthClientInformationContext): Promise<StoredOAuthTokens | undefined> {
    const login = await this.#load();
    const issuer = context?.issuer ?? login.current;
    const tokens = issuer === undefined ? undefined : login.issuers[issuer]?.tokens;
    return tokens as StoredOAuthTokens | undefined;
  }

  async saveTokens(
    tokens: StoredOAuthTokens,
    context?: OAuthClientInformationContext,
  ): Promise<void> {
    const { expires_in: seconds } = tokens;
    const expiresAtMs = seconds === undefined
      ? undefined
      : this.#options.clock.now() + seconds * 1000;
    // Without a scope in the answer, it is the one that was asked for (RFC 6749, 5.1).
    const scope = tokens.scope ?? this.requestedScope;
    const kept = toJson({ ...tokens, ...(scope !== undefined && { scope }) });
    await this.#change(context, (held) => ({ client: held.client, tokens: kept, expiresAtMs }));
  }

  async redirectToAuthorization(url: URL): Promise<void> {
    const { grant, server } = this.#options;
    if (grant.type !== "authorization_code" || !/^https?:$/.test(url.protocol)) {
      throw new LoginError(server, "failed", { detail: `its page is at "${url.protocol}"` });
    }
    await grant.openBrowser(url);
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.#discovery = state;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovery;
  }

  async invalidateCredentials(scope: Invalid): Promise<void> {
    if (scope === "all" || scope === "discovery") this.#discovery = undefined;
    if (scope === "all" || scope === "verifier") this.#verifier = "";
    if (scope === "verifier" || scope === "discovery") return;
    const login = await this.#load();
    if (login.current === undefined) return;
    await this.#change({ issuer: login.current }, (held) => ({
      client: scope === "tokens" ? held.client : undefined,
      tokens: scope === "client" ? held.tokens : undefined,
      expiresAtMs: scope === "client" ? held.expiresAtMs : undefined,
    }));
  }

  /** Asks for a token without a code; only the client credentials grant does. */
  prepareTokenRequest(scope?: string): URLSearchParams | undefined {
    if (this.#options.grant.type !== "client_credentials") return undefined;
    const params = { "grant_type": "client_credentials", ...(scope !== undefined && { scope }) };
    return new URLSearchParams(params);
  }

  /** A registration holds for the redirect URIs that it was made with. */
  #registered(client: JsonObject | undefined): StoredOAuthClientInformation | undefined {
    const uris = client?.["redirect_uris"] as readonly string[] | undefined;
    const isUsable = uris === undefined || this.redirect === undefined ||
      uris.includes(this.redirect.url);
    return isUsable ? client as unknown as StoredOAuthClientInformation | undefined : undefined;
  }

  async #load(): Promise<StoredLogin> {
    const { store, resource } = this.#options;
    this.#login ??= await store.load(resource) ?? { issuers: {} };
    return this.#login;
  }

  async #change(
    context: OAuthClientInformationContext | undefined,
    change: (held: StoredCredentials) => StoredCredentials,
  ): Promise<void> {
    const { store, resource } = this.#options;
    const { issuers, current } = await this.#load();
    const issuer = context?.issuer ?? current ?? "";
    const login = {
      current: issuer,
      issuers: { ...issuers, [issuer]: change(issuers[issuer] ?? {}) },
    };
    this.#login = login;
    await store.save(resource, login);
  }
}

function toJson(value: object): JsonObject {
  return value as JsonObject;
}
