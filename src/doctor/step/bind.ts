import type { Outcome } from "../checklist.ts";
import { type Place, toPlace, toText } from "../place.ts";
import type { Finding } from "../report.ts";

/** What is known of this machine's own node. */
export interface BindOptions {
  /** Whether it runs. */
  readonly isRunning: boolean;
}

/** What became of the try to listen. */
type BindState = "free" | "any" | "in_use" | "not_here" | "forbidden";

interface Tried {
  readonly multiaddr: string;
  readonly place: Place;
  readonly state: BindState;
}

/**
 * See whether this machine's node can have its addresses, or has them.
 *
 * @param listen Where it is to listen.
 * @param options Whether it runs.
 * @returns What was found.
 */
export function checkBind(
  listen: readonly string[],
  { isRunning }: BindOptions,
): Outcome<true> {
  const tried = listen.map(tryAddress);
  const findings = tried.map((each) => judge(each, isRunning));
  const worst = findings.find(({ status }) => status === "failed") ??
    findings.find(({ status }) => status === "warning");
  const text = findings.map((finding) => finding.message).join("; ");
  const message = text.charAt(0).toUpperCase() + text.slice(1);
  const details = {
    isRunning,
    addresses: tried.map(({ multiaddr, state }) => ({ multiaddr, state })),
  };
  const finding = { ...(worst ?? { status: "ok" as const }), message, details };
  return { finding, value: true };
}

function tryAddress(multiaddr: string): Tried {
  const place = toPlace(multiaddr);
  if (place === undefined) {
    throw new TypeError(`Cannot try address as it is not one of TCP: multiaddr "${multiaddr}"`);
  }
  const state = tryPlace(place);
  // A node that is to listen everywhere listens on IPv4 where there is no IPv6.
  const isWithoutIp6 = state === "not_here" && place.host === "::";
  return {
    multiaddr,
    place,
    state: isWithoutIp6 ? tryPlace({ ...place, host: "0.0.0.0" }) : state,
  };
}

/** Listens for a moment; nobody is answered. */
function tryPlace({ host, port }: Place): BindState {
  if (port === 0) return "any";
  try {
    using _listener = Deno.listen({ hostname: host, port });
    return "free";
  } catch (error) {
    const { AddrInUse, PermissionDenied, NotCapable } = Deno.errors;
    if (error instanceof AddrInUse) return "in_use";
    if (error instanceof PermissionDenied || error instanceof NotCapable) return "forbidden";
    return "not_here";
  }
}

function judge({ place, state }: Tried, isRunning: boolean): Finding {
  const isEverywhere = place.host === "::" || place.host === "0.0.0.0";
  const where = isEverywhere ? `port ${place.port} of this machine` : toText(place);
  if (state === "any") {
    return { status: "ok", message: `The system chooses a port of ${place.host}` };
  }
  if (state === "in_use" && isRunning) {
    return { status: "ok", message: `${where} is in use while this machine's node runs` };
  }
  if (state === "free" && isRunning) {
    return {
      status: "warning",
      code: "not_listening",
      message: `This machine's node runs, and nobody listens on ${where}`,
      hint: "It was started with other settings: give mcpp doctor the same flags",
    };
  }
  return {
    free: { status: "ok" as const, message: `${where} is free` },
    "in_use": {
      status: "failed" as const,
      code: "port_in_use",
      message: `Another program listens on ${where}`,
      hint: "Stop it, choose another port with --p2p-port, or let the system choose one with 0",
    },
    "not_here": {
      status: "failed" as const,
      code: "address_unavailable",
      message: `${place.host} is no address of this machine`,
      hint: "Listen on 0.0.0.0, 127.0.0.1, or an address of one of its interfaces",
    },
    forbidden: {
      status: "failed" as const,
      code: "port_forbidden",
      message: `This user may not listen on ${where}`,
      hint: "Choose a port above 1023 with --p2p-port",
    },
  }[state];
}
