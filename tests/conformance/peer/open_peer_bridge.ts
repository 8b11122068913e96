import type { TaskGroup } from "../../../src/concurrency/mod.ts";
import { type HttpRoute, openHttpServer } from "../../../src/http/mod.ts";
import { createPeerFarSide } from "../../../src/mcp/relay/peer_far_side.ts";
import { createMcpStreamSession } from "../../../src/mcp/server/mod.ts";
import { openLibp2pNetwork } from "../../../src/network/libp2p/mod.ts";
import { createAuthorizer, type Network } from "../../../src/network/mod.ts";
import { RPC_PROTOCOL, serveRpc } from "../../../src/rpc/mod.ts";
import { getLogger } from "../../../src/telemetry/mod.ts";
import { createFixtureService } from "../fixture/create_fixture_service.ts";
import type { FixtureServer } from "../fixture/open_fixture_server.ts";
import { PeerBridge } from "./peer_bridge.ts";

const LISTEN = { listen: ["/ip4/127.0.0.1/tcp/0"] };
const TOKEN = "conformance";

/**
 * Open the server under test behind two libp2p nodes: one serves it, the other carries the suite's
 * requests to it.
 *
 * @param group Owns the requests.
 */
export async function openPeerBridge(group: TaskGroup): Promise<FixtureServer> {
  await using resources = new AsyncDisposableStack();
  const far = resources.use(await openLibp2pNetwork(LISTEN));
  const near = resources.use(await openLibp2pNetwork(LISTEN));
  await serveFixture(group, far);
  const [multiaddr = ""] = far.multiaddrs();
  const farSide = createPeerFarSide({
    openStream: (options) => near.openStream({ multiaddr }, RPC_PROTOCOL, options),
    token: TOKEN,
  });
  const bridge = new PeerBridge(group, farSide);
  const route: HttpRoute = {
    path: "/mcp",
    methods: ["POST", "GET", "DELETE"],
    handle: (request) => bridge.handle(request),
  };
  const logger = getLogger("conformance");
  const server = resources.use(await openHttpServer({ port: 0, routes: [route], logger }));
  const owned = resources.move();
  return { url: `${server.url}/mcp`, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function serveFixture(group: TaskGroup, network: Network): Promise<void> {
  const { options, service } = createFixtureService(group);
  const authorizer = createAuthorizer({ token: TOKEN });
  const openSession = createMcpStreamSession({ ...options, service, authorizer });
  await serveRpc(group, { network, tools: new Map(), openSession, logger: options.logger });
}
