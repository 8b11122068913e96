import { toErrorMessage } from "../error/mod.ts";

/** What a check found. */
export interface CheckResult {
  /** Whether that part does its work. */
  readonly ok: boolean;
  /** Why not, or anything worth knowing. */
  readonly reason?: string | undefined;
}

/** Looks whether one part of the node does its work. A check that throws has found that it does not. */
export type HealthCheck = (signal: AbortSignal | undefined) => CheckResult | Promise<CheckResult>;

/** What all checks found. */
export interface HealthReport {
  /** `ok` when every check is, or is advisory. */
  readonly status: "ok" | "unavailable";
  /** What each check found, by name. */
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** How a check counts. */
export interface RegisterCheckOptions {
  /**
   * Whether the node should be restarted when the check fails, rather than only be left alone.
   *
   * @default {false}
   */
  readonly isVital?: boolean | undefined;
  /**
   * Whether the node is ready all the same when the check fails: it is shown, and changes nothing.
   *
   * @default {false}
   */
  readonly isAdvisory?: boolean | undefined;
}

/** How a report is made. */
export interface HealthReportOptions {
  /** Checks that have not answered when it is aborted count as failed. */
  readonly signal?: AbortSignal | undefined;
}

interface RegisteredCheck {
  readonly check: HealthCheck;
  readonly isVital: boolean;
  readonly isAdvisory: boolean;
}

/**
 * Whether the node lives and whether it is ready, as its parts see it.
 *
 * @example
 * ```ts
 * import { HealthRegistry } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const health = new HealthRegistry();
 * health.register("queue", () => ({ ok: true }));
 * assert.equal((await health.readiness()).status, "ok");
 *
 * health.setDraining("the node is stopping");
 * const { status, checks } = await health.readiness();
 * assert.equal(status, "unavailable");
 * assert.equal(checks["draining"]?.reason, "the node is stopping");
 * ```
 */
export class HealthRegistry {
  readonly #checks = new Map<string, RegisteredCheck>();
  #drainingReason: string | undefined;

  /**
   * Ask this check too from now on.
   *
   * @param name Of the part, such as `queue`.
   * @param check Looks whether it does its work.
   * @param options How it counts.
   * @returns Removes the check.
   * @throws {TypeError} If the name is taken.
   */
  register(name: string, check: HealthCheck, options: RegisterCheckOptions = {}): Disposable {
    if (this.#checks.has(name) || name === "draining") {
      throw new TypeError(`Cannot register health check as its name is taken: "${name}"`);
    }
    const { isVital = false, isAdvisory = false } = options;
    const registered = { check, isVital, isAdvisory };
    this.#checks.set(name, registered);
    return {
      [Symbol.dispose]: () => {
        if (this.#checks.get(name) === registered) this.#checks.delete(name);
      },
    };
  }

  /**
   * Not ready from now on, whatever the checks say; still alive.
   *
   * @param reason Why, for whoever asks.
   */
  setDraining(reason: string): void {
    this.#drainingReason = reason;
  }

  /**
   * Whether the node lives: only vital checks are asked.
   *
   * @param options When to give up on a check.
   * @returns What they found.
   */
  liveness(options: HealthReportOptions = {}): Promise<HealthReport> {
    return report([...this.#checks].filter(([, { isVital }]) => isVital), {}, options);
  }

  /**
   * Whether the node should be given work: all checks are asked, at the same time.
   *
   * @param options When to give up on a check.
   * @returns What they found.
   */
  readiness(options: HealthReportOptions = {}): Promise<HealthReport> {
    const draining = this.#drainingReason;
    const known = draining === undefined ? {} : { draining: { ok: false, reason: draining } };
    return report([...this.#checks], known, options);
  }
}

async function report(
  checks: readonly (readonly [string, RegisteredCheck])[],
  known: Readonly<Record<string, CheckResult>>,
  options: HealthReportOptions,
): Promise<HealthReport> {
  const results = await Promise.all(
    checks.map(async ([name, { check }]) => [name, await ask(check, options.signal)] as const),
  );
  const all = { ...Object.fromEntries(results), ...known };
  const advisory = new Set(checks.filter(([, each]) => each.isAdvisory).map(([name]) => name));
  const isOk = Object.entries(all).every(([name, { ok }]) => ok || advisory.has(name));
  return { status: isOk ? "ok" : "unavailable", checks: all };
}

async function ask(check: HealthCheck, signal: AbortSignal | undefined): Promise<CheckResult> {
  const answer = answerOf(check, signal);
  if (signal === undefined) return await answer;
  const late = Promise.withResolvers<CheckResult>();
  const giveUp = () => late.resolve({ ok: false, reason: "no answer in time" });
  if (signal.aborted) giveUp();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

async function answerOf(
  check: HealthCheck,
  signal: AbortSignal | undefined,
): Promise<CheckResult> {
  try {
    return await check(signal);
  } catch (error) {
    return { ok: false, reason: toErrorMessage(error) };
  }
}
