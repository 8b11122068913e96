import { scopeOf } from "../../../address_scope.ts";

const MAX_HOSTS = 8;

/**
 * The public IP addresses that peers have seen this node at. Its ports there are not known: behind a NAT each
 * connection has another one. Whoever forwards a port mostly forwards the one on which the node listens.
 */
export class ObservedHosts {
  readonly #hosts = new Set<string>();

  /**
   * Note where a peer has seen this node.
   *
   * @returns Whether that is news.
   */
  note(address: string): boolean {
    const host = /^\/ip[46]\/[^/]+/.exec(address)?.[0];
    if (host === undefined || scopeOf(address) !== "public") return false;
    const isNew = !this.#hosts.delete(host);
    this.#hosts.add(host);
    for (const oldest of this.#hosts) {
      if (this.#hosts.size <= MAX_HOSTS) break;
      this.#hosts.delete(oldest);
    }
    return isNew;
  }

  /**
   * Where the node could be dialled from outside.
   *
   * @param listening The addresses on which it listens.
   */
  guess(listening: readonly string[]): readonly string[] {
    const guesses = [...this.#hosts].flatMap((host) =>
      listening.filter((address) => address.startsWith(host.slice(0, "/ip4/".length)))
        .map((address) => `${host}${/\/tcp\/\d+$/.exec(address)?.[0] ?? ""}`)
    );
    return [...new Set(guesses)].filter((guess) => guess.includes("/tcp/"));
  }
}
