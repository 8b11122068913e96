import {
  auth,
  CrossAppAccessProvider,
  extractWWWAuthenticateParams,
  requestJwtAuthorizationGrant,
} from "@modelcontextprotocol/client";
import type { HttpCredentials } from "../../src/mcp/client/mod.ts";

/** What the runner gives the scenarios about identity providers. */
export interface CrossAppContext {
  readonly "client_id": string;
  readonly "client_secret": string;
  readonly "idp_client_id": string;
  readonly "idp_id_token": string;
  readonly "idp_token_endpoint": string;
}

/**
 * Credentials that an identity provider vouches for: an extension of the protocol that the official
 * package has and this project does not.
 *
 * @param url The MCP server.
 * @param context Who we are, and to whom.
 * @returns The credentials.
 */
export function createCrossAppCredentials(url: string, context: CrossAppContext): HttpCredentials {
  const provider = new CrossAppAccessProvider({
    clientId: context.client_id,
    clientSecret: context.client_secret,
    async assertion({ authorizationServerUrl, resourceUrl, fetchFn }) {
      const { jwtAuthGrant } = await requestJwtAuthorizationGrant({
        tokenEndpoint: context.idp_token_endpoint,
        audience: authorizationServerUrl,
        resource: resourceUrl,
        idToken: context.idp_id_token,
        clientId: context.idp_client_id,
        fetchFn,
      });
      return jwtAuthGrant;
    },
  });
  return {
    authorization() {
      const tokens = provider.tokens();
      return Promise.resolve(tokens === undefined ? undefined : `Bearer ${tokens.access_token}`);
    },
    async answerRefusal({ response }) {
      const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(response);
      const challenge = {
        ...(resourceMetadataUrl !== undefined && { resourceMetadataUrl }),
        ...(scope !== undefined && { scope }),
      };
      return await auth(provider, { serverUrl: url, ...challenge }) === "AUTHORIZED";
    },
  };
}
