import type { Config } from "../config/mod.ts";
import {
  type AccessToken,
  type Authenticator,
  combineAuthenticators,
  createJwtAuthenticator,
  createTokenAuthenticator,
  isLoopback,
  parseTokenFile,
  type ProtectedResource,
} from "../http/mod.ts";
import { getLogger } from "../telemetry/mod.ts";
import { AuthSettingsError, UnauthenticatedBindError } from "./errors.ts";
import { readSecretList } from "./read_secrets.ts";

/** Who may use a node's HTTP server. */
export interface HttpAccess {
  /** `undefined`: whoever reaches the server. */
  readonly authenticator: Authenticator | undefined;
  /** What clients are told to get a token for; `undefined` without an authorization server. */
  readonly protectedResource: ProtectedResource | undefined;
}

/**
 * Find out from the settings who may use the HTTP server.
 *
 * @param config The configuration.
 * @param scopes All scopes that there are.
 * @returns What asks clients who they are.
 * @throws {UnauthenticatedBindError} If the server is open to the network and asks nobody.
 * @throws {AuthSettingsError} If the settings contradict each other.
 * @throws {TokenFileError} If the file of tokens cannot be understood.
 */
export async function openHttpAccess(
  config: Config,
  scopes: readonly string[],
): Promise<HttpAccess> {
  const { auth, server } = config;
  const tokens = await readTokens(auth.tokensFile);
  const authenticators = [
    ...(tokens === undefined ? [] : [createTokenAuthenticator(tokens)]),
    ...(auth.issuer === "" ? [] : [createJwt(auth)]),
  ];
  if (authenticators.length === 0) {
    if (!auth.allowUnauthenticated && !isLoopback(toUrlHost(server.host))) {
      throw new UnauthenticatedBindError(server.host);
    }
    return { authenticator: undefined, protectedResource: undefined };
  }
  return {
    authenticator: combineAuthenticators(authenticators),
    protectedResource: auth.issuer === "" ? undefined : {
      path: server.mountPath,
      url: auth.audience,
      authorizationServers: [auth.issuer],
      scopes,
      name: server.name,
    },
  };
}

async function readTokens(path: string): Promise<readonly AccessToken[] | undefined> {
  if (path === "") return undefined;
  const tokens = parseTokenFile(await readSecretList(path, getLogger("app")));
  if (tokens.length === 0) {
    throw new AuthSettingsError(`the file of tokens has none: file "${path}"`);
  }
  return tokens;
}

function createJwt({ issuer, audience, jwksUrl }: Config["auth"]): Authenticator {
  if (audience === "") {
    throw new AuthSettingsError("it is not said whom access tokens must be meant for", {
      hint: "Set --oauth-audience to the URL by which clients reach the MCP endpoint",
    });
  }
  return createJwtAuthenticator({
    issuer,
    audience,
    jwksUrl: jwksUrl || undefined,
    logger: getLogger("http"),
  });
}

function toUrlHost(address: string): string {
  const host = address.toLowerCase();
  return host === "::1" ? "[::1]" : host;
}
