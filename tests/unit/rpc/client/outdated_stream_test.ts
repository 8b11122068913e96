import assert from "node:assert/strict";
import type { Network, Stream } from "../../../../src/network/mod.ts";
import { createRpcClient } from "../../../../src/rpc/mod.ts";
import { WrappedNetwork } from "../../network/wrapped_network.ts";
import { withNodes } from "../server/serve_nodes.ts";
import { echo, SERVER } from "./raw_server.ts";

const OPTIONS = { timeoutMs: 1_000 };

/** A network on which a better way to the peer may come up. */
class ChangingNetwork extends WrappedNetwork {
  readonly opened: Stream[] = [];
  readonly closed: Stream[] = [];
  readonly #outdated = new Set<Stream>();

  /** There is a better way than all that are in use. */
  improve(): void {
    for (const stream of this.opened) this.#outdated.add(stream);
  }

  override async openStream(...args: Parameters<Network["openStream"]>): Promise<Stream> {
    const stream = await super.openStream(...args);
    this.opened.push(stream);
    const close = stream.close.bind(stream);
    return Object.defineProperties(stream, {
      isOutdated: { get: () => this.#outdated.has(stream) },
      close: {
        value: async (options?: Parameters<Stream["close"]>[0]): Promise<void> => {
          this.closed.push(stream);
          await close(options);
        },
      },
    });
  }
}

Deno.test("RpcClient takes the better way for new calls, and lets those that are under way end", async () => {
  await withNodes(async ({ caller, held }) => {
    const network = new ChangingNetwork(caller);
    await using client = createRpcClient({ network });
    const first = client.call(SERVER, { name: "held", args: {} }, OPTIONS);
    await held.at(0);
    network.improve();
    await client.call(SERVER, echo(), OPTIONS);
    assert.equal(network.opened.length, 2);
    assert.deepEqual(network.closed, []);
    held.calls[0]?.answer({ late: true });
    assert.deepEqual((await first).content, { late: true });
    await client.call(SERVER, echo(), OPTIONS);
    assert.deepEqual(network.closed, network.opened.slice(0, 1));
    assert.equal(network.opened.length, 2);
  });
});

Deno.test("RpcClient closes a stream on which nothing is under way when a better way is taken", async () => {
  await withNodes(async ({ caller }) => {
    const network = new ChangingNetwork(caller);
    await using client = createRpcClient({ network });
    await client.call(SERVER, echo(), OPTIONS);
    network.improve();
    await client.call(SERVER, echo(), OPTIONS);
    assert.deepEqual(network.closed, network.opened.slice(0, 1));
    assert.equal(network.opened.length, 2);
  });
});
