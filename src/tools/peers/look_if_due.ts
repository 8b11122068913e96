import type { LookOptions, LookReport, MethodHealth, Neighbourhood } from "./neighbourhood.ts";

/**
 * A method that has looked so lately would find nobody new. Nearby ones cost a packet or a file; the
 * others ask somebody who may count the requests.
 */
const FRESH_MS: Readonly<Record<MethodHealth["reach"], number>> = {
  host: 2_000,
  lan: 2_000,
  wide: 30_000,
};

/**
 * Look for peers as far as that is worth its price. Methods that are named look in any case; without
 * names, those that have not looked for a while. One that fails is left alone, as it tries again by
 * itself.
 *
 * @param neighbourhood Where to look.
 * @param options Which methods, and for how long.
 * @returns What those did that looked; `undefined` if none did.
 */
export async function lookIfDue(
  neighbourhood: Neighbourhood,
  options: LookOptions,
): Promise<readonly LookReport[] | undefined> {
  const { control } = neighbourhood;
  const methods = options.methods ?? listDueMethods(neighbourhood);
  if (control === undefined || methods.length === 0 || options.timeoutMs === 0) return undefined;
  return await control.discover({ ...options, methods });
}

function listDueMethods(neighbourhood: Neighbourhood): readonly string[] {
  const nowMs = neighbourhood.now();
  const isDue = ({ ok, reach, lastSuccessMs = 0 }: MethodHealth): boolean =>
    ok === undefined || (ok && nowMs - lastSuccessMs >= FRESH_MS[reach]);
  return (neighbourhood.methods?.() ?? []).filter(isDue).map(({ method }) => method);
}
