import { type Network, ProtocolUnsupportedError } from "../../network/mod.ts";
import { TASK_QUEUE_PROTOCOL } from "../../taskqueue/mod.ts";
import type { Outcome } from "../checklist.ts";

/** How protocols are tried. */
export interface ProtocolOptions {
  readonly network: Network;
  /** The protocol that nodes of this program speak with each other. */
  readonly framedProtocol: string;
  readonly signal: AbortSignal;
}

/**
 * See which of the protocols a peer serves.
 *
 * @param multiaddr The peer's address; there is a connection.
 * @param options The protocols.
 * @returns The best that it serves.
 */
export async function findProtocol(
  multiaddr: string,
  options: ProtocolOptions,
): Promise<Outcome<string>> {
  const { framedProtocol } = options;
  if (await serves(multiaddr, framedProtocol, options)) {
    const details = { protocol: framedProtocol };
    return { finding: { status: "ok", message: framedProtocol, details }, value: framedProtocol };
  }
  if (await serves(multiaddr, TASK_QUEUE_PROTOCOL, options)) {
    return {
      finding: {
        status: "warning",
        code: "old_protocol",
        message: `Only the older protocol ${TASK_QUEUE_PROTOCOL}: slower, and without MCP`,
        hint: "Update the program on that node if you can",
        details: { protocol: TASK_QUEUE_PROTOCOL },
      },
      value: TASK_QUEUE_PROTOCOL,
    };
  }
  return {
    finding: {
      status: "failed",
      code: "protocol_unsupported",
      message: `It serves neither ${framedProtocol} nor ${TASK_QUEUE_PROTOCOL}`,
      hint: "It is a node of another program, or a worker or a client, which serve nothing",
    },
  };
}

async function serves(
  multiaddr: string,
  protocol: string,
  { network, signal }: ProtocolOptions,
): Promise<boolean> {
  try {
    const stream = await network.openStream({ multiaddr }, protocol, { signal });
    await stream.close({ signal });
    return true;
  } catch (error) {
    if (error instanceof ProtocolUnsupportedError) return false;
    throw error;
  }
}
