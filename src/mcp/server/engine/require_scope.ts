import { hasScope, type Principal } from "../../principal.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import { ProtocolError } from "../../protocol/protocol_error.ts";

/**
 * See to it that a principal may do something.
 *
 * @param principal Who.
 * @param scope What it needs.
 * @throws {ProtocolError} If it lacks the scope: HTTP status 403.
 */
export function requireScope(principal: Principal, scope: string): void {
  if (!hasScope(principal, scope)) throw insufficientScope(scope);
}

/**
 * The refusal of a principal that lacks a scope.
 *
 * @param scope The scope.
 * @returns The error to throw.
 */
export function insufficientScope(scope: string): ProtocolError {
  const message = `Cannot take request as the caller lacks a scope: scope "${scope}"`;
  return new ProtocolError(McpErrorCode.invalidRequest, message, {
    data: { code: "insufficient_scope", scope },
    httpStatus: 403,
    requiredScope: scope,
  });
}
