import { isMissing } from "../is_missing.ts";
import { openTempDir } from "../run_deno.ts";
import {
  type Host,
  hostsAreMissing,
  type Namespace,
  openNamespace,
  runIn,
  spawnDenoIn,
} from "./with_hosts.ts";

/** Addresses that count as public ones; nothing leaves the namespaces. */
const PUBLIC = "45.77.0";
const PRIVATE = "192.168.77";

/** A host in a private network of its own, behind a router that translates addresses. */
export interface HomeHost extends Host {
  /** The router's address on the public network. */
  readonly publicAddress: string;
  /** Have the router send what comes for one of its TCP ports to the same port of the host. */
  forward(port: number): Promise<void>;
}

/** Hosts of a test: some on the public network, some behind routers of their own. */
export interface Networks {
  readonly outside: readonly Host[];
  readonly homes: readonly HomeHost[];
}

/** Whether tests with routers cannot be run here: they need nftables besides what other hosts need. */
export const networksAreMissing: boolean = hostsAreMissing ||
  await isMissing("network address translation", async () => {
    try {
      await using namespace = await openNamespace(`mcpp-${Deno.pid}-nat`);
      await translate(namespace.name);
      return true;
    } catch {
      return false;
    }
  });

/**
 * Make a public network with hosts, and private ones behind routers with network address translation, run a
 * test, and remove them. All private networks have the same addresses, as those of most people do.
 *
 * @param counts How many hosts on the public network, and how many private networks of one host each.
 * @param fn The test.
 */
export async function withNetworks(
  counts: { readonly outside: number; readonly homes: number },
  fn: (networks: Networks) => Promise<void>,
): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const maker = new Maker(opened, (await openHome(opened)).path);
  await maker.start();
  const outside: Host[] = [];
  const homes: HomeHost[] = [];
  for (let index = 0; index < counts.outside; index++) outside.push(await maker.makeOutside());
  for (let index = 0; index < counts.homes; index++) homes.push(await maker.makeHome());
  await fn({ outside, homes });
}

async function openHome(opened: AsyncDisposableStack) {
  return opened.use(await openTempDir());
}

class Maker {
  readonly #opened: AsyncDisposableStack;
  readonly #home: string;
  readonly #prefix = `mcpp-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
  #count = 0;

  constructor(opened: AsyncDisposableStack, home: string) {
    this.#opened = opened;
    this.#home = home;
  }

  async start(): Promise<void> {
    const { name } = await this.#open("switch");
    await runIn(name, "ip", "link", "add", "br0", "type", "bridge");
    await runIn(name, "ip", "link", "set", "br0", "up");
  }

  /** A host on the public network. */
  async makeOutside(): Promise<Host> {
    const { namespace, address, port } = await this.#join("outside");
    return this.#toHost(namespace.name, address, { switchName: this.#name("switch"), port });
  }

  /** A router on the public network, and a host behind it. */
  async makeHome(): Promise<HomeHost> {
    const router = await this.#join("router");
    const { name } = await this.#open(`home${this.#count}`);
    const routerName = router.namespace.name;
    const peer = ["peer", "name", "lan", "netns", routerName];
    await runIn(name, "ip", "link", "add", "eth0", "type", "veth", ...peer);
    await setAddress(routerName, "lan", `${PRIVATE}.1/24`);
    await setAddress(name, "eth0", `${PRIVATE}.2/24`);
    await runIn(name, "ip", "link", "set", "lo", "up");
    await runIn(name, "ip", "route", "add", "default", "via", `${PRIVATE}.1`);
    await runIn(routerName, "sysctl", "-qw", "net.ipv4.ip_forward=1");
    await translate(routerName);
    const host = this.#toHost(name, `${PRIVATE}.2`, { switchName: routerName, port: "lan" });
    return {
      ...host,
      publicAddress: router.address,
      forward: async (port) => {
        const rule = ["iifname", "eth0", "tcp", "dport", `${port}`, "dnat", "to", `${PRIVATE}.2`];
        await runIn(routerName, "nft", "add", "rule", "ip", "nat", "pre", ...rule);
      },
    };
  }

  async #join(kind: string): Promise<Joined> {
    const index = ++this.#count;
    const namespace = await this.#open(`${kind}${index}`);
    const [address, port] = [`${PUBLIC}.${index}`, `port${index}`];
    const peer = ["peer", "name", port, "netns", this.#name("switch")];
    await runIn(namespace.name, "ip", "link", "add", "eth0", "type", "veth", ...peer);
    await runIn(this.#name("switch"), "ip", "link", "set", port, "master", "br0", "up");
    await setAddress(namespace.name, "eth0", `${address}/24`);
    await runIn(namespace.name, "ip", "link", "set", "lo", "up");
    return { namespace, address, port };
  }

  async #open(kind: string): Promise<Namespace> {
    return this.#opened.use(await openNamespace(this.#name(kind)));
  }

  #name(kind: string): string {
    return `${this.#prefix}-${kind}`;
  }

  #toHost(name: string, address: string, plug: { switchName: string; port: string }): Host {
    const children = this.#opened.use(new AsyncDisposableStack());
    const setPort = (state: "up" | "down") => async (): Promise<void> => {
      await runIn(plug.switchName, "ip", "link", "set", plug.port, state);
    };
    return {
      ...{ name, address },
      run: (command, ...args) => runIn(name, command, ...args),
      spawnDeno: (args, options) =>
        children.use(spawnDenoIn(name, args, { ...options, home: this.#home })),
      unplug: setPort("down"),
      plug: setPort("up"),
    };
  }
}

interface Joined {
  readonly namespace: Namespace;
  readonly address: string;
  /** Its port of the switch. */
  readonly port: string;
}

async function setAddress(namespace: string, device: string, address: string): Promise<void> {
  await runIn(namespace, "ip", "address", "add", address, "dev", device);
  await runIn(namespace, "ip", "link", "set", device, "up");
}

/** Who is outside sees the router's address only, and gets in only where something has gone out before. */
async function translate(router: string): Promise<void> {
  const nft = (...rule: string[]): Promise<string> => runIn(router, "nft", ...rule);
  await nft("add", "table", "ip", "nat");
  await nft("add", "chain", "ip", "nat", "pre", "{ type nat hook prerouting priority -100; }");
  await nft("add", "chain", "ip", "nat", "post", "{ type nat hook postrouting priority 100; }");
  await nft("add", "rule", "ip", "nat", "post", "oifname", "eth0", "masquerade");
}
