import type { Clock } from "../../../concurrency/mod.ts";
import type { TokenStore } from "./token_store.ts";

/** Options of `createOAuthCredentials`. */
export interface OAuthOptions {
  /** The MCP server, path included. */
  readonly url: string | URL;
  /** How tokens are got. */
  readonly grant: AuthorizationCodeGrant | ClientCredentialsGrant;
  /** Scopes to ask for, separated by spaces. @default {undefined} those that the server names */
  readonly scope?: string | undefined;
  /** Where tokens are kept. @default {createMemoryTokenStore()} */
  readonly store?: TokenStore | undefined;
  /** Makes requests to the authorisation server. @default {fetch} */
  readonly fetch?: typeof fetch | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/** A person logs in with a browser; the code comes back to a port of this machine, with PKCE. */
export interface AuthorizationCodeGrant {
  /** Which grant. */
  readonly type: "authorization_code";
  /** Shows the person this page. It need not wait until they are done. */
  readonly openBrowser: (url: URL) => Promise<void> | void;
  /** How this program calls itself when it registers. @default {"mcpp"} */
  readonly clientName?: string | undefined;
  /** As which client, if it is registered beforehand. @default {undefined} registers itself */
  readonly clientId?: string | undefined;
  /** The client's secret, if it has one. @default {undefined} */
  readonly clientSecret?: string | undefined;
  /** An https URL with this client's metadata, for servers that take it as client id. */
  readonly clientMetadataUrl?: string | undefined;
  /** How long the person may take. @default {300000} */
  readonly timeoutMs?: number | undefined;
}

/** The program logs in as itself. */
export interface ClientCredentialsGrant {
  /** Which grant. */
  readonly type: "client_credentials";
  /** As which client. */
  readonly clientId: string;
  /** The only authorisation server that may get the secret. @default {undefined} the first */
  readonly issuer?: string | undefined;
  /** The secret, or the key of a signature instead (RFC 7523). */
  readonly secret: string | PrivateKey;
}

/** A key that signs for a client. */
export interface PrivateKey {
  /** The key as PEM (PKCS #8). */
  readonly pem: string;
  /** Such as `ES256`. */
  readonly algorithm: string;
}
