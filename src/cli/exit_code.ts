import { AppError, unwrapError } from "../error/mod.ts";

/** Exit codes of the `mcpp` command; the README lists them for scripts. */
export const EXIT = {
  ok: 0,
  internal: 1,
  usage: 2,
  unreachable: 3,
  failed: 4,
  cannotStart: 5,
  refused: 6,
  interrupted: 130,
  outputClosed: 141,
} as const;

/** One of {@linkcode EXIT}. */
export type ExitCode = typeof EXIT[keyof typeof EXIT];

const BY_ERROR_CODE: Readonly<Record<string, ExitCode>> = {
  usage: EXIT.usage,
  "config_invalid": EXIT.usage,
  "secret_file_unusable": EXIT.usage,
  "swarm_key_invalid": EXIT.usage,
  "invalid_multiaddr": EXIT.usage,
  "invalid_url": EXIT.usage,
  "not_relayable": EXIT.usage,
  "server_list_invalid": EXIT.usage,
  "unknown_server": EXIT.usage,
  "no_executor": EXIT.usage,
  "invite_invalid": EXIT.usage,
  "invite_own": EXIT.usage,
  "auth_settings_invalid": EXIT.usage,
  "token_file_invalid": EXIT.usage,
  "unknown_tool_pattern": EXIT.usage,
  "unauthenticated_bind": EXIT.cannotStart,
  "server_unreachable": EXIT.unreachable,
  "server_unavailable": EXIT.unreachable,
  "server_timeout": EXIT.unreachable,
  "not_an_mcp_server": EXIT.unreachable,
  "connection_lost": EXIT.unreachable,
  "session_lost": EXIT.unreachable,
  "server_not_started": EXIT.unreachable,
  "all_servers_failed": EXIT.unreachable,
  "peer_unreachable": EXIT.unreachable,
  "peer_unknown": EXIT.unreachable,
  "peer_timeout": EXIT.unreachable,
  "peer_protocol_error": EXIT.unreachable,
  "stream_reset": EXIT.unreachable,
  "protocol_unsupported": EXIT.unreachable,
  "invite_not_found": EXIT.unreachable,
  "invite_protocol_error": EXIT.unreachable,
  "unknown_tool": EXIT.failed,
  "invalid_arguments": EXIT.failed,
  unauthorized: EXIT.refused,
  forbidden: EXIT.refused,
  "invite_expired": EXIT.refused,
  "invite_used": EXIT.refused,
  "invite_cancelled": EXIT.refused,
  "invite_refused": EXIT.refused,
  "invite_store_unusable": EXIT.cannotStart,
  "invalid_peer": EXIT.usage,
  "owner_not_revocable": EXIT.usage,
  "trust_list_unusable": EXIT.cannotStart,
  "login_failed": EXIT.refused,
  "port_in_use": EXIT.cannotStart,
  "port_forbidden": EXIT.cannotStart,
  "address_unavailable": EXIT.cannotStart,
  "http_listen_failed": EXIT.cannotStart,
  "announce_file_failed": EXIT.cannotStart,
  "no_queue": EXIT.cannotStart,
  "data_dir_locked": EXIT.cannotStart,
  "data_dir_unusable": EXIT.cannotStart,
  "store_corrupt": EXIT.cannotStart,
  "store_locked": EXIT.cannotStart,
  "store_unreadable": EXIT.cannotStart,
  "store_newer_schema": EXIT.cannotStart,
  "store_full": EXIT.cannotStart,
  "identity_unreadable": EXIT.cannotStart,
  "identity_invalid": EXIT.cannotStart,
  "p2p_listen_failed": EXIT.cannotStart,
};

/**
 * The exit code for an error that ended a command.
 *
 * @param error What was caught.
 * @returns The code; `internal` for anything that is not a known condition.
 */
export function toExitCode(error: unknown): ExitCode {
  const cause = unwrapError(error);
  if (cause instanceof Deno.errors.BrokenPipe) return EXIT.outputClosed;
  if (!(cause instanceof AppError)) return EXIT.internal;
  return BY_ERROR_CODE[cause.code] ?? EXIT.failed;
}
