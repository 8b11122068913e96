import { AppError } from "../../error/mod.ts";
import type { Neighbourhood, NeighbourhoodControl } from "./neighbourhood.ts";

/** What the tools about peers need. */
export interface PeerToolDeps {
  /** The node's view of its neighbours; `undefined` when P2P is off. */
  readonly neighbourhood: Neighbourhood | undefined;
}

class P2pNotRunningError extends AppError {
  /** `P2pNotRunningError`. */
  override readonly name = "P2pNotRunningError";
  /** As the Python nodes say it. */
  readonly code = "p2p_service_not_running";
}

class LookOnlyError extends AppError {
  /** `LookOnlyError`. */
  override readonly name = "LookOnlyError";
  /** As for everything else that a node does not do for others. */
  readonly code = "forwarding_refused";
}

/**
 * The neighbourhood, when there must be one.
 *
 * @param neighbourhood What the node has.
 * @param action What is to be done, for the error, as in `list peers`.
 * @returns The same.
 * @throws {AppError} `p2p_service_not_running` if P2P is off.
 */
export function requireNeighbourhood(
  neighbourhood: Neighbourhood | undefined,
  action: string,
): Neighbourhood {
  if (neighbourhood !== undefined) return neighbourhood;
  throw new P2pNotRunningError(`Cannot ${action} as P2P is off on this node`, {
    hint: "Start the node without --no-p2p",
  });
}

/**
 * What can be done about the neighbourhood, for callers who may do it.
 *
 * @param neighbourhood What the node has.
 * @param action What is to be done, for the error, as in `connect`.
 * @returns The means.
 * @throws {AppError} `p2p_service_not_running` if P2P is off, `forwarding_refused` if the caller is
 * another node: nobody makes connections through this one.
 */
export function requireControl(
  neighbourhood: Neighbourhood | undefined,
  action: string,
): NeighbourhoodControl {
  const { control } = requireNeighbourhood(neighbourhood, action);
  if (control !== undefined) return control;
  throw new LookOnlyError(`Cannot ${action} as this node does not do that for other nodes`, {
    hint: "Use a node on the machine where the caller is",
  });
}
