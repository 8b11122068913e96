import assert from "node:assert/strict";
import { FakeClock, runTaskGroup } from "../../../../src/concurrency/mod.ts";
import { type HostAddress, watchNetwork } from "../../../../src/network/discovery/watch_network.ts";
import { FakeLogger } from "../fake_logger.ts";

const CABLE = { name: "eth0", address: "192.168.1.7" };
const RADIO = { name: "wlan0", address: "10.0.0.7" };

/** Timers stand still while a host sleeps; its clock does not. */
class HostClock extends FakeClock {
  #sleptMs = 0;

  override now(): number {
    return super.now() + this.#sleptMs;
  }

  fallAsleep(ms: number): void {
    this.#sleptMs += ms;
  }
}

interface World {
  readonly clock: HostClock;
  readonly host: { addresses: readonly HostAddress[]; failure?: Error | undefined };
  /** When changes were told. */
  readonly changesMs: number[];
  readonly logger: FakeLogger;
}

async function withHost(run: (world: World) => Promise<void>): Promise<void> {
  const clock = new HostClock();
  const logger = new FakeLogger();
  const host: World["host"] = { addresses: [CABLE, RADIO] };
  const changesMs: number[] = [];
  await runTaskGroup(async (group) => {
    watchNetwork(group, {
      onChange: () => changesMs.push(clock.monotonicMs()),
      readAddresses: () => {
        if (host.failure !== undefined) throw host.failure;
        return host.addresses;
      },
      clock,
      logger,
    });
    await run({ clock, host, changesMs, logger });
    group.cancel();
  });
  assert.equal(clock.pendingTimers, 0);
}

Deno.test("watchNetwork tells when an address has come or gone, once that has settled", () =>
  withHost(async ({ clock, host, changesMs }) => {
    await clock.advance(5_000);
    host.addresses = [];
    await clock.advance(1_000);
    host.addresses = [{ ...CABLE, address: "192.168.2.7" }];
    await clock.advance(1_000);
    assert.deepEqual(changesMs, []);
    await clock.advance(1_000);
    assert.deepEqual(changesMs, [8_000]);
    await clock.advance(60_000);
    assert.equal(changesMs.length, 1);
  }));

Deno.test("watchNetwork does not mind the order, nor what is as it was at once", () =>
  withHost(async ({ clock, host, changesMs }) => {
    host.addresses = [RADIO, CABLE];
    await clock.advance(5_000);
    host.addresses = [RADIO];
    await clock.advance(1_000);
    host.addresses = [CABLE, RADIO];
    await clock.advance(60_000);
    assert.deepEqual(changesMs, []);
  }));

Deno.test("watchNetwork tells a few times only of a host that changes all the time", () =>
  withHost(async ({ clock, host, changesMs }) => {
    for (let turn = 0; turn < 30; turn++) {
      host.addresses = [CABLE, { name: `veth${turn}`, address: "172.17.0.1" }];
      await clock.advance(2_000);
    }
    assert.ok(changesMs.length >= 3 && changesMs.length <= 6, `${changesMs.length} times`);
  }));

Deno.test("watchNetwork gives up quietly where it may not look", () =>
  withHost(async ({ clock, host, changesMs, logger }) => {
    host.failure = new Deno.errors.NotCapable("Requires sys access");
    await clock.advance(10_000);
    host.failure = undefined;
    host.addresses = [];
    await clock.advance(10_000);
    assert.deepEqual(changesMs, []);
    assert.deepEqual(logger.lines.map(([level]) => level), ["debug"]);
  }));

Deno.test("watchNetwork tells when the host has woken up, on the network on which it fell asleep", () =>
  withHost(async ({ clock, changesMs }) => {
    await clock.advance(5_500);
    clock.fallAsleep(3_600_000);
    await clock.advance(500);
    assert.deepEqual(changesMs, [6_000]);
    await clock.advance(60_000);
    assert.equal(changesMs.length, 1);
  }));

Deno.test("watchNetwork does not mind that the clock was set back, or ahead by a little", () =>
  withHost(async ({ clock, changesMs }) => {
    for (const ms of [-3_600_000, 2_000]) {
      clock.fallAsleep(ms);
      await clock.advance(5_000);
    }
    assert.deepEqual(changesMs, []);
  }));
