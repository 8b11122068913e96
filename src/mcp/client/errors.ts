import { AppError } from "../../error/mod.ts";

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

  /**
   * Creates the error.
   *
   * @param server Its URL or peer.
   * @param cause What the protocol library said.
   */
  constructor(readonly server: string, cause: unknown) {
    super(`Cannot use server as it takes no requests now: server "${server}"`, {
      cause,
      hint: "It may be stopping or starting; try again in a moment",
    });
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
   */
  constructor(readonly server: string, cause?: unknown) {
    super(`Cannot use server as it does not admit this client: server "${server}"`, {
      cause,
      hint: "Give the token that the server was started with",
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
   */
  constructor(readonly server: string, reason: string, cause?: unknown) {
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
   */
  constructor(readonly server: string, cause?: unknown) {
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
