import { type Clock, moveOnAfter } from "../../concurrency/mod.ts";
import type { Outcome } from "../checklist.ts";
import { toText } from "../place.ts";
import { type DialFailure, knock, toDialFailure } from "../tcp.ts";
import type { ResolvedAddress } from "./resolve_address.ts";

/** How it is dialled. */
export interface DialOptions {
  /** Less than the step has, so that the reason of each address is known at its end; milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

type Knocked = ResolvedAddress & ({ readonly latencyMs: number } | DialFailure);

/**
 * See whether somebody listens, at all addresses at once.
 *
 * @param addresses Where to try.
 * @param options The clock.
 * @returns The addresses at which somebody does; the one that answered first comes first.
 */
export async function dial(
  addresses: readonly ResolvedAddress[],
  options: DialOptions,
): Promise<Outcome<readonly ResolvedAddress[]>> {
  const knocked = await Promise.all(addresses.map((address) => tryOne(address, options)));
  const details = {
    addresses: knocked.map(({ multiaddr, place: _, ...rest }) => ({ multiaddr, ...rest })),
  };
  const answered = knocked.filter((each) => "latencyMs" in each)
    .sort((a, b) => a.latencyMs - b.latencyMs);
  const [first] = answered;
  if (first !== undefined) {
    const value = answered.map(({ multiaddr, place }) => ({ multiaddr, place }));
    return { finding: { status: "ok", message: describe(first), details }, value };
  }
  const failures = knocked.filter((each) => "code" in each);
  const { code, hint } = failures[0] ?? toDialFailure(undefined);
  const reasons = failures.map(({ place, reason }) => `${toText(place)}: ${reason}`);
  const message = `Nobody can be reached at ${reasons.join("; ")}`;
  return { finding: { status: "failed", code, message, hint, details } };
}

function describe(
  { multiaddr, place, latencyMs }: ResolvedAddress & { latencyMs: number },
): string {
  const who = multiaddr.includes("/p2p-circuit") ? "The relay at " : "";
  return `${who}${toText(place)} answers after ${Math.round(latencyMs)} ms`;
}

async function tryOne(address: ResolvedAddress, options: DialOptions): Promise<Knocked> {
  const { clock, timeoutMs, signal } = options;
  const startMs = clock.monotonicMs();
  try {
    const outcome = await moveOnAfter(timeoutMs, (limit) => knock(address.place, limit), {
      clock,
      signal,
    });
    if (outcome.timedOut) return { ...address, ...toDialFailure(undefined) };
    return { ...address, latencyMs: Math.round((clock.monotonicMs() - startMs) * 10) / 10 };
  } catch (error) {
    signal.throwIfAborted();
    return { ...address, ...toDialFailure(error) };
  }
}
