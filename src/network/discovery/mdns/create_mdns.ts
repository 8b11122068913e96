import type { DiscoveryContext, DiscoveryMethod } from "../discovery_method.ts";
import { MdnsUnavailableError } from "./errors.ts";
import { MdnsSession } from "./mdns_session.ts";
import type { OpenMulticastBus } from "./multicast_bus.ts";
import { assertServiceName, MCPP_SERVICE } from "./service_name.ts";

const INTERVAL_MS = 10_000;
/** Twice what a round takes when nobody answers. */
const BUDGET_MS = 3_000;

/** How peers are looked for on the local network. */
export interface MdnsOptions {
  /** The service of our own, beside libp2p's. @default {"_mcpp._udp.local"} */
  readonly service?: string | undefined;
  /** Only these interfaces, by name or by address. @default {all} */
  readonly interfaces?: readonly string[] | undefined;
  /** Whether this node is announced; a client only looks. @default {true} */
  readonly isAdvertising?: boolean | undefined;
  /** For the instance's name and for delays, from 0 to below 1. @default {Math.random} */
  readonly random?: (() => number) | undefined;
  /** How packets are sent and received. @default {over UDP, port 5353} */
  readonly openBus?: OpenMulticastBus | undefined;
}

/**
 * Find peers on the local network, and be found there, by multicast DNS (RFC 6762): libp2p's service
 * `_p2p._udp.local` in the form of its specification and in the one that older Python nodes read, a
 * service of our own beside it, and the one that deployed Python nodes announce, which is only read.
 *
 * @param options Names, interfaces, and whether this node is announced.
 * @returns The method; it does nothing before it is started.
 * @throws {TypeError} If the service's name is not valid.
 */
export function createMdns(options: MdnsOptions = {}): DiscoveryMethod {
  const { service = MCPP_SERVICE, isAdvertising = true, random = Math.random } = options;
  assertServiceName(service);
  const openBus = options.openBus ?? createDefaultBus(options.interfaces);
  let session: MdnsSession | undefined;
  return {
    name: "mdns",
    reach: "lan",
    intervalMs: INTERVAL_MS,
    budgetMs: BUDGET_MS,
    async start(context: DiscoveryContext, signal: AbortSignal): Promise<AsyncDisposable> {
      signal.throwIfAborted();
      const started = await MdnsSession.open({ context, openBus, service, isAdvertising, random });
      session = started;
      return {
        async [Symbol.asyncDispose](): Promise<void> {
          if (session === started) session = undefined;
          await started[Symbol.asyncDispose]();
        },
      };
    },
    async look(_context: DiscoveryContext, signal: AbortSignal): Promise<void> {
      if (session === undefined) throw new MdnsUnavailableError("it was not started");
      await session.look(signal);
    },
  };
}

/** The package is loaded by those who use it. */
function createDefaultBus(interfaces: MdnsOptions["interfaces"]): OpenMulticastBus {
  return async (onMessage) => {
    const { openMulticastBus } = await import("./open_multicast_bus.ts");
    return await openMulticastBus(onMessage, { interfaces });
  };
}
