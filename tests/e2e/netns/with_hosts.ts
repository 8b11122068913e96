import assert from "node:assert/strict";
import { isMissing } from "../is_missing.ts";
import { baseEnv, openTempDir } from "../run_deno.ts";
import { WatchedChild } from "../watched_child.ts";

/** Of all hosts, as if they were plugged into one switch. */
const NETWORK = "10.77.0";
const DEFAULT_DEADLINE_MS = 30_000;

/** A host of a test: a network namespace with an interface `eth0` on the common network. */
export interface Host {
  /** Of the namespace, for `ip netns exec`. */
  readonly name: string;
  /** On the common network, a /24; there is no route to anywhere else. */
  readonly address: string;
  /**
   * Run a command there to its end, such as `ip` or `nft`.
   *
   * @returns What it printed.
   * @throws {Error} If it fails.
   */
  run(command: string, ...args: readonly string[]): Promise<string>;
  /** Start `deno` there; the child ends with the test. */
  spawnDeno(args: readonly string[], options?: HostSpawnOptions): WatchedChild;
  /** Pull its plug: nothing reaches it, and it reaches nobody. */
  unplug(): Promise<void>;
  /** Put the plug back in. */
  plug(): Promise<void>;
}

/** How a child is started on a host. */
export interface HostSpawnOptions {
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The child is killed when it lives longer than this. @default {30000} */
  readonly deadlineMs?: number | undefined;
}

/** Whether tests with several hosts cannot be run here: they need Linux, `ip` and root. */
export const hostsAreMissing: boolean = await isMissing("network namespaces", async () => {
  if (Deno.build.os !== "linux") return false;
  try {
    await using _namespace = await openNamespace(`mcpp-${Deno.pid}-try`);
    return true;
  } catch {
    return false;
  }
});

/**
 * Make some hosts that are joined by a switch, run a test, and remove them, whatever happens. The
 * switch is a bridge in a namespace of its own: nothing of it is seen on this machine's network.
 *
 * @param count How many hosts, from 1 to 250.
 * @param fn The test.
 */
export async function withHosts(
  count: number,
  fn: (...hosts: readonly Host[]) => Promise<void>,
): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const home = opened.use(await openTempDir()).path;
  const prefix = `mcpp-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
  const bridge = opened.use(await openNamespace(`${prefix}-switch`));
  await runIn(bridge.name, "ip", "link", "add", "br0", "type", "bridge");
  await runIn(bridge.name, "ip", "link", "set", "br0", "up");
  const hosts: Host[] = [];
  for (let index = 1; index <= count; index++) {
    const { name } = opened.use(await openNamespace(`${prefix}-host${index}`));
    const address = `${NETWORK}.${index}`;
    await connect({ name, address, bridge: bridge.name, port: `port${index}` });
    const children = opened.use(new AsyncDisposableStack());
    const setPort = (state: "up" | "down") => async (): Promise<void> => {
      await runIn(bridge.name, "ip", "link", "set", `port${index}`, state);
    };
    hosts.push({
      ...{ name, address },
      run: (command, ...args) => runIn(name, command, ...args),
      spawnDeno: (args, options) => children.use(spawnDenoIn(name, args, { ...options, home })),
      unplug: setPort("down"),
      plug: setPort("up"),
    });
  }
  await fn(...hosts);
}

/** A network namespace; disposing it removes it. */
export interface Namespace extends AsyncDisposable {
  readonly name: string;
}

/** Make a network namespace. */
export async function openNamespace(name: string): Promise<Namespace> {
  await run("ip", ["netns", "add", name]);
  return {
    name,
    async [Symbol.asyncDispose](): Promise<void> {
      await run("ip", ["netns", "delete", name]);
    },
  };
}

interface Connection {
  readonly name: string;
  readonly address: string;
  readonly bridge: string;
  readonly port: string;
}

async function connect({ name, address, bridge, port }: Connection): Promise<void> {
  const peer = ["peer", "name", port, "netns", bridge];
  await run("ip", ["link", "add", "eth0", "netns", name, "type", "veth", ...peer]);
  await runIn(bridge, "ip", "link", "set", port, "master", "br0", "up");
  await runIn(name, "ip", "address", "add", `${address}/24`, "dev", "eth0");
  for (const device of ["lo", "eth0"]) await runIn(name, "ip", "link", "set", device, "up");
}

/** Run a command in a network namespace to its end, and give what it printed; fails if it does. */
export function runIn(
  namespace: string,
  command: string,
  ...args: readonly string[]
): Promise<string> {
  return run("ip", ["netns", "exec", namespace, command, ...args]);
}

async function run(command: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  const text = new TextDecoder();
  assert.equal(code, 0, `${command} ${args.join(" ")}: ${text.decode(stderr)}`);
  return text.decode(stdout);
}

/** Start `deno` in a network namespace. */
export function spawnDenoIn(
  namespace: string,
  args: readonly string[],
  options: HostSpawnOptions & { readonly home: string },
): WatchedChild {
  const { env, home, deadlineMs = DEFAULT_DEADLINE_MS } = options;
  return new WatchedChild({
    // It replaces itself by the command: signals reach that.
    command: "ip",
    args: ["netns", "exec", namespace, Deno.execPath(), ...args],
    env: { ...baseEnv(home), ...env },
    deadlineMs,
  });
}
