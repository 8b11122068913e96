import { z } from "zod";
import { systemClock } from "../../../concurrency/mod.ts";
import type { RemoteToolResult } from "../../../mcp/mod.ts";
import type { ClientCommandOptions } from "../../client_options.ts";
import { EXIT, type ExitCode } from "../../exit_code.ts";
import { callAboutPeer, type PeerInput } from "../call_about_peer.ts";
import { describePeerStatus } from "./describe_peer_status.ts";

/** The options of `mcpp peers status`. */
export interface StatusOptions extends ClientCommandOptions {
  readonly timeout?: number;
  readonly detail?: boolean;
}

const answerSchema = z.looseObject({ answered: z.boolean().default(true) });

/**
 * Print what is known about a peer, and what it says of itself.
 *
 * @param input Which peer.
 * @returns The exit code: 4 if it does not answer.
 */
export async function showPeerStatus(input: PeerInput<StatusOptions>): Promise<number> {
  const { timeout, detail } = input.options;
  return await callAboutPeer(input, {
    tool: "peer_status",
    args: {
      ...(timeout !== undefined && { "timeout_s": timeout }),
      ...(detail === true && { detail }),
    },
    toText: (result) => describePeerStatus(result, systemClock.now()),
    toExitCode,
  });
}

function toExitCode({ isError, structuredContent }: RemoteToolResult): ExitCode | undefined {
  if (isError) return undefined;
  return answerSchema.parse(structuredContent).answered ? EXIT.ok : EXIT.failed;
}
