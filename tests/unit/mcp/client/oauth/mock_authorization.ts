import { createHash } from "node:crypto";

/** What a mock authorisation server does otherwise than usual. */
export interface MockAuthorizationOptions {
  /** Seconds that an access token lives. */
  readonly expiresIn?: number;
  readonly hasRefreshTokens?: boolean;
  /** The answer to whoever wants to log in. */
  readonly authorize?: (query: URLSearchParams) => URLSearchParams | undefined;
  /** Answers at the token endpoint instead of it. */
  readonly token?: (form: URLSearchParams) => Response | undefined;
  /** Which scope a method of the resource needs. */
  readonly requiredScope?: () => string;
}

/** A protected resource and its authorisation server, in one. */
export interface MockAuthorization extends AsyncDisposable {
  /** The resource. */
  readonly url: string;
  readonly origin: string;
  /** What was asked of the authorisation server: paths, and grant types of token requests. */
  readonly seen: string[];
  /** Forms of all token requests. */
  readonly forms: URLSearchParams[];
  /** Bodies of all registrations. */
  readonly registrations: Record<string, unknown>[];
  /** Queries of all pages for logging in. */
  readonly logins: URLSearchParams[];
  /** No token is good any more. */
  readonly revoke: () => void;
}

/** Begin to listen. */
export function openMockAuthorization(options: MockAuthorizationOptions = {}): MockAuthorization {
  const seen: string[] = [];
  const forms: URLSearchParams[] = [];
  const registrations: Record<string, unknown>[] = [];
  const logins: URLSearchParams[] = [];
  const codes = new Map<string, { readonly challenge: string; readonly scope: string }>();
  /** Scopes by token. */
  const tokens = new Map<string, string>();
  let issued = 0;

  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname, searchParams, origin } = new URL(request.url);
      const body = await request.text();
      if (pathname === "/mcp") return guard(request, origin);
      seen.push(pathname);
      if (pathname === "/.well-known/oauth-protected-resource/mcp") {
        return Response.json({ resource: `${origin}/mcp`, "authorization_servers": [origin] });
      }
      if (pathname === "/.well-known/oauth-authorization-server") return metadata(origin);
      if (pathname === "/register") return register(body);
      if (pathname === "/authorize") return authorize(searchParams);
      if (pathname === "/token") return token(new URLSearchParams(body));
      return new Response(null, { status: 404 });
    },
  );

  function guard(request: Request, origin: string): Response {
    const [, token = ""] = request.headers.get("authorization")?.split(" ") ?? [];
    const scope = tokens.get(token);
    const needed = options.requiredScope?.() ?? "read";
    const metadata = `resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`;
    if (scope === undefined) return challenge(401, `Bearer scope="${needed}", ${metadata}`);
    if (!scope.split(" ").includes(needed)) {
      return challenge(403, `Bearer error="insufficient_scope", scope="${needed}", ${metadata}`);
    }
    return Response.json({ token, scope });
  }

  function register(body: string): Response {
    const metadata = JSON.parse(body);
    registrations.push(metadata);
    return Response.json({ ...metadata, "client_id": `client-${registrations.length}` }, {
      status: 201,
    });
  }

  function authorize(query: URLSearchParams): Response {
    logins.push(query);
    const code = `code-${logins.length}`;
    codes.set(code, {
      challenge: query.get("code_challenge") ?? "",
      scope: query.get("scope") ?? "",
    });
    const answer = options.authorize?.(query) ??
      new URLSearchParams({ code, state: query.get("state") ?? "" });
    return Response.redirect(`${query.get("redirect_uri")}?${answer}`, 302);
  }

  function token(form: URLSearchParams): Response {
    forms.push(form);
    seen.push(form.get("grant_type") ?? "");
    const other = options.token?.(form);
    if (other !== undefined) return other;
    let scope = form.get("scope") ?? "read";
    if (form.get("grant_type") === "authorization_code") {
      const code = codes.get(form.get("code") ?? "");
      const verifier = form.get("code_verifier") ?? "";
      const challenge = createHash("sha256").update(verifier).digest("base64url");
      if (code?.challenge !== challenge) {
        return Response.json({ error: "invalid_grant" }, { status: 400 });
      }
      scope = code.scope;
    }
    const accessToken = `token-${++issued}`;
    tokens.set(accessToken, scope);
    const { expiresIn = 3600, hasRefreshTokens = true } = options;
    return Response.json({
      "access_token": accessToken,
      "token_type": "Bearer",
      "expires_in": expiresIn,
      ...(hasRefreshTokens && { "refresh_token": `refresh-${issued}` }),
    });
  }

  const origin = `http://127.0.0.1:${server.addr.port}`;
  return {
    url: `${origin}/mcp`,
    origin,
    seen,
    forms,
    registrations,
    logins,
    revoke: () => tokens.clear(),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function challenge(status: number, text: string): Response {
  return new Response(null, { status, headers: { "www-authenticate": text } });
}

function metadata(origin: string): Response {
  return Response.json({
    issuer: origin,
    "authorization_endpoint": `${origin}/authorize`,
    "token_endpoint": `${origin}/token`,
    "registration_endpoint": `${origin}/register`,
    "response_types_supported": ["code"],
    "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
    "code_challenge_methods_supported": ["S256"],
    "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "private_key_jwt"],
  });
}

/** A browser, and a person in front of it who agrees to everything. */
export async function clickThrough(page: URL): Promise<void> {
  const answer = await fetch(page, { redirect: "manual" });
  await answer.body?.cancel();
  const arrived = await fetch(answer.headers.get("location") ?? "");
  await arrived.text();
}
