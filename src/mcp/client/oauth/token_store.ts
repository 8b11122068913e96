import type { JsonObject } from "../../../codec/mod.ts";

/**
 * Where what was got from authorisation servers is kept. A server's tokens are those of one
 * authorisation server, and are shown to no other.
 */
export interface TokenStore {
  /** What is kept for a server; `undefined` if nothing. */
  load(resource: string): Promise<StoredLogin | undefined>;
  /** Keep this for a server, instead of what there was. */
  save(resource: string, login: StoredLogin): Promise<void>;
}

/** What is kept for one server. */
export interface StoredLogin {
  /** The issuer whose tokens are in use. */
  readonly current?: string | undefined;
  /** What was got from each authorisation server, by issuer. */
  readonly issuers: Readonly<Record<string, StoredCredentials>>;
}

/** What was got from one authorisation server for one resource. */
export interface StoredCredentials {
  /** How this client is registered there (RFC 7591). */
  readonly client?: JsonObject | undefined;
  /** The token response (RFC 6749, 5.1), with `issuer`. */
  readonly tokens?: JsonObject | undefined;
  /** When the access token is over, by this machine's clock; `undefined` if it was not said. */
  readonly expiresAtMs?: number | undefined;
}

/**
 * A store that forgets everything with the process.
 *
 * @returns The store.
 */
export function createMemoryTokenStore(): TokenStore {
  const logins = new Map<string, StoredLogin>();
  return {
    load: (resource) => Promise.resolve(logins.get(resource)),
    save(resource, login) {
      logins.set(resource, login);
      return Promise.resolve();
    },
  };
}
