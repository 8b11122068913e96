import { AppError, type AppErrorOptions, toErrorMessage } from "../../error/mod.ts";

/** Nobody answers at the server's address. */
export class ServerUnreachableError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "ServerUnreachableError";
  /** `server_unreachable`. */
  readonly code = "server_unreachable";

  /**
   * Creates the error.
   *
   * @param server Its URL or peer.
   * @param cause The error of the platform.
   */
  constructor(readonly server: string, cause?: unknown) {
    super(`Cannot reach server as nobody answers there: server "${server}"`, {
      cause,
      hint: "Check that the server runs and that host and port are right",
    });
  }
}

/** The server did not answer in time. */
export class ServerTimeoutError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "ServerTimeoutError";
  /** `server_timeout`. */
  readonly code = "server_timeout";

  /**
   * Creates the error.
   *
   * @param server Its URL or peer.
   * @param limitMs How long it had.
   */
  constructor(readonly server: string, readonly limitMs: number) {
    super(`Cannot connect as the server did not answer in ${limitMs} ms: server "${server}"`, {
      hint: "Check that it is an MCP server, and that it is not overloaded",
    });
  }
}

/** The server is there but takes no requests now: it is stopping, starting or overloaded. */
export class ServerUnavailableError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "ServerUnavailableError";
  /** `server_unavailable`. */
  readonly code = "server_unavailable";

  /** How long the server asks to wait, if it says. */
  readonly retryAfterMs: number | undefined;

  /**
   * Creates the error.
   *
   * @param server Its URL or peer.
   * @param options What is known about it.
   */
  constructor(readonly server: string, options: ServerUnavailableOptions = {}) {
    const { cause, retryAfterMs } = options;
    super(`Cannot use server as it takes no requests now: server "${server}"`, {
      cause,
      hint: retryAfterMs === undefined
        ? "It may be stopping, starting or overloaded; try again in a moment"
        : `Try again in ${Math.ceil(retryAfterMs / 1000)} s`,
    });
    this.retryAfterMs = retryAfterMs;
  }
}

/** What is known about a server that takes no requests now. */
export interface ServerUnavailableOptions {
  /** How long the server asks to wait. @default {undefined} it does not say */
  readonly retryAfterMs?: number | undefined;
  /** What the protocol library said. @default {undefined} */
  readonly cause?: unknown;
}

/** The server has forgotten the session. It did nothing for the request. */
export class SessionLostError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "SessionLostError";
  /** `session_lost`. */
  readonly code = "session_lost";

  /**
   * Creates the error.
   *
   * @param server Its URL.
   */
  constructor(readonly server: string) {
    super(`Cannot use session as the server does not know it any more: server "${server}"`);
  }
}

/** A call has taken too long. The server was told to stop. */
export class CallTimeoutError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "CallTimeoutError";
  /** `call_timeout`. */
  readonly code = "call_timeout";

  /**
   * Creates the error.
   *
   * @param toolName The tool.
   * @param limitMs How long it had without progress.
   */
  constructor(readonly toolName: string, readonly limitMs: number) {
    super(
      `Cannot get result as there was no progress in ${limitMs} ms: tool "${toolName}"`,
    );
  }
}

/** The server does not have what was asked for. */
export class NotSupportedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "NotSupportedError";
  /** `not_supported`. */
  readonly code = "not_supported";

  /**
   * Creates the error.
   *
   * @param server Its URL or peer.
   * @param what What it does not do, as an infinitive, such as `watch resources`.
   */
  constructor(readonly server: string, what: string) {
    super(`Cannot ${what} as the server does not offer it: server "${server}"`);
  }
}

/** A program that was to be an MCP server cannot be started. */
export class CannotStartServerError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "CannotStartServerError";
  /** `server_not_started`. */
  readonly code = "server_not_started";

  /**
   * Creates the error.
   *
   * @param command The program.
   * @param cause The error of the platform.
   */
  constructor(readonly command: string, cause: unknown) {
    super(
      `Cannot start server as the program cannot be run: command "${command}"; ${
        toErrorMessage(cause)
      }`,
      {
        cause,
        hint: cause instanceof Deno.errors.NotCapable
          ? "Run mcpp with --allow-run, so that it may start programs"
          : "Check the name of the program, and that it may be run",
      },
    );
  }
}

/** A pool has as many connections as it may, and all are in use. */
export class ClientPoolFullError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "ClientPoolFullError";
  /** `client_pool_full`. */
  readonly code = "client_pool_full";

  /**
   * Creates the error.
   *
   * @param capacity How many connections it may have.
   */
  constructor(readonly capacity: number) {
    super(`Cannot connect as all connections of the pool are in use: capacity "${capacity}"`);
  }
}

/** The server wants to know who is asking, or does not like the answer. */
export class ServerUnauthorizedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "ServerUnauthorizedError";
  /** `unauthorized`. */
  readonly code = "unauthorized";

  /**
   * Creates the error.
   *
   * @param server Its URL or peer.
   * @param cause What the server said.
   * @param requiredScope What the token would have to be good for, if the server says.
   */
  constructor(
    readonly server: string,
    cause?: unknown,
    readonly requiredScope?: string | undefined,
  ) {
    super(`Cannot use server as it does not admit this client: server "${server}"`, {
      cause,
      hint: toUnauthorizedHint(server, requiredScope),
    });
  }
}

function toUnauthorizedHint(server: string, requiredScope: string | undefined): string {
  if (requiredScope !== undefined) return `Give a token that has the scope "${requiredScope}"`;
  const hint = "Give a token that the server accepts";
  const isPeer = !server.includes("://");
  return isPeer ? `${hint}; or run mcpp invite there, and mcpp join here` : hint;
}

/** The server knows the client, and does not let it do this. */
export class ServerForbiddenError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "ServerForbiddenError";
  /** `forbidden`. */
  readonly code = "forbidden";

  /**
   * Creates the error.
   *
   * @param server Its URL or peer.
   * @param said What it said about it.
   * @param cause The error in which it said so.
   */
  constructor(readonly server: string, said: string, cause?: unknown) {
    super(`Cannot use server as it does not allow this: server "${server}", answer "${said}"`, {
      cause,
      hint:
        "Ask that node's owner for the role, with: mcpp peers trust <this node's id> --role ...",
    });
  }
}

/** Something answers, but it is not an MCP server. */
export class NotMcpServerError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "NotMcpServerError";
  /** `not_an_mcp_server`. */
  readonly code = "not_an_mcp_server";

  /**
   * Creates the error.
   *
   * @param server Its URL or peer.
   * @param reason What it answered.
   * @param cause The error that showed it.
   * @param status The HTTP status of its answer, if that was the reason.
   */
  constructor(
    readonly server: string,
    reason: string,
    cause?: unknown,
    readonly status?: number | undefined,
  ) {
    super(`Cannot use server as ${reason}: server "${server}"`, {
      cause,
      hint: "Check the address; over HTTP the path is part of it, usually /mcp",
    });
  }
}

/** The connection ended while an answer was due. */
export class ConnectionLostError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "ConnectionLostError";
  /** `connection_lost`. */
  readonly code = "connection_lost";

  /**
   * Creates the error.
   *
   * @param server Its URL or peer.
   * @param cause The error that showed it.
   * @param wasSent Whether the server may have got the request.
   */
  constructor(readonly server: string, cause?: unknown, readonly wasSent: boolean = true) {
    super(`Cannot get answer as the connection was lost: server "${server}"`, { cause });
  }
}

/** The server refused a request with a JSON-RPC error. */
export class RemoteProtocolError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "RemoteProtocolError";
  /** `remote_error`. */
  readonly code = "remote_error";

  /**
   * Creates the error.
   *
   * @param server Its URL or peer.
   * @param answer The error as the server sent it.
   */
  constructor(readonly server: string, readonly answer: RemoteErrorAnswer) {
    super(`Cannot get result as the server refused the request: ${answer.message}`);
  }
}

/** A JSON-RPC error. */
export interface RemoteErrorAnswer {
  /** The number of JSON-RPC and MCP. */
  readonly rpcCode: number;
  /** Its text. */
  readonly message: string;
  /** The server's own code, if it sent one as `data.code`. */
  readonly remoteCode?: string | undefined;
}

/** None of several servers can be used. */
export class AllServersFailedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "AllServersFailedError";
  /** `all_servers_failed`. */
  readonly code = "all_servers_failed";

  /**
   * Creates the error.
   *
   * @param errors What each of them has thrown, in the order in which they were tried.
   */
  constructor(readonly errors: readonly unknown[]) {
    super(
      `Cannot connect as none of the servers can be used: ${errors.map(toErrorMessage).join("; ")}`,
      { cause: errors.at(-1) },
    );
  }
}

/** A file that lists servers cannot be used. */
export class ServerListError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "ServerListError";
  /** `server_list_invalid`. */
  readonly code = "server_list_invalid";

  /**
   * Creates the error.
   *
   * @param path The file.
   * @param problem What is wrong, as a clause.
   * @param options The error that showed it, and what to do about it.
   */
  constructor(readonly path: string, problem: string, options: AppErrorOptions = {}) {
    super(`Cannot use list of servers as ${problem}: file "${path}"`, options);
  }
}

/** A list of servers has none with this name. */
export class UnknownServerError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "UnknownServerError";
  /** `unknown_server`. */
  readonly code = "unknown_server";

  /**
   * Creates the error.
   *
   * @param serverName The name that was asked for.
   * @param path The list.
   * @param suggestions Names that may have been meant, closest first.
   */
  constructor(
    readonly serverName: string,
    readonly path: string,
    suggestions: readonly string[] = [],
  ) {
    super(
      `Cannot find server as the list has none with this name: server "${serverName}", file "${path}"`,
      {
        hint: suggestions.length === 0
          ? undefined
          : `Did you mean ${suggestions.map((name) => `"${name}"`).join(" or ")}?`,
      },
    );
  }
}
