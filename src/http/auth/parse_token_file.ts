import { sha256Hex } from "../../codec/mod.ts";
import { TokenFileError } from "../errors.ts";
import type { AccessToken } from "./token_authenticator.ts";

/** Names that are safe in logs. */
const NAME = /^[\w.@-]{1,64}$/;
/** What may be a bearer token (RFC 6750, section 2.1), and is too long to be guessed. */
const TOKEN = /^[A-Za-z0-9._~+/-]{16,512}={0,2}$/;
const HASH = /^sha256:([0-9a-f]{64})$/i;
const SCOPE = /^(\*|[a-z][a-z0-9_-]*:(read|write|\*))$/;

/**
 * Read a file of access tokens. Each line is `name token scope,scope`; `sha256:` and 64 hexadecimal
 * digits may stand for a token. Empty lines and lines that begin with `#` say nothing.
 *
 * @param text What the file holds.
 * @returns The tokens, in the file's order.
 * @throws {TokenFileError} If a line says something else, with all such lines. It quotes no token.
 *
 * @example Two tokens
 * ```ts
 * import { parseTokenFile } from "../mod.ts";
 * import assert from "node:assert/strict";
 *
 * const tokens = parseTokenFile(`
 * alice   b3f0c1d2e4a5968778695a4b *
 * grafana 4b5a69877869a5e4d2c1f0b3 system:read,tasks:read
 * `);
 * assert.deepEqual(tokens.map(({ name }) => name), ["alice", "grafana"]);
 * ```
 */
export function parseTokenFile(text: string): readonly AccessToken[] {
  const tokens: AccessToken[] = [];
  const problems: string[] = [];
  const names = new Set<string>();
  const hashes = new Set<string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const [name = "", secret = "", scopes = "", ...rest] = trimmed.split(/\s+/);
    const hash = HASH.exec(secret)?.[1]?.toLowerCase() ?? sha256Hex(secret);
    const problem = findProblem({ name, secret, scopes, rest }) ??
      (names.has(name) ? "the name is used twice" : undefined) ??
      (hashes.has(hash) ? "the token is used twice" : undefined);
    if (problem !== undefined) {
      problems.push(`line ${index + 1}: ${problem}`);
      continue;
    }
    names.add(name);
    hashes.add(hash);
    tokens.push({ name, sha256: hash, scopes: Object.freeze(scopes.split(",")) });
  }
  if (problems.length === 0 && tokens.length === 0) problems.push("there is no token in it");
  if (problems.length > 0) throw new TokenFileError(problems);
  return tokens;
}

interface Line {
  readonly name: string;
  readonly secret: string;
  readonly scopes: string;
  readonly rest: readonly string[];
}

/** Quotes nothing: whatever is there may be a token that is out of place. */
function findProblem({ name, secret, scopes, rest }: Line): string | undefined {
  if (scopes === "" || rest.length > 0) return "it is not of the form `name token scope,scope`";
  if (!NAME.test(name)) return "the name is not 1 to 64 of A-Z a-z 0-9 _ . @ -";
  if (!HASH.test(secret) && (secret.startsWith("sha256:") || !TOKEN.test(secret))) {
    return "the token is not 16 to 512 of A-Z a-z 0-9 . _ ~ + / -, nor sha256: and 64 digits";
  }
  const wrong = scopes.split(",").findIndex((scope) => !SCOPE.test(scope));
  if (wrong === -1) return undefined;
  return `scope ${wrong + 1} is not *, <family>:read, <family>:write or <family>:*`;
}
