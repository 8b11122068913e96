import type { McpClient } from "./mcp_client.ts";

/** A client as long as its connection lasts: it does not connect again. */
export interface Connection extends McpClient {
  /** Resolves when it is over, whoever ended it. */
  readonly closed: Promise<void>;
  /** Whether it is over. */
  readonly isClosed: boolean;
}
