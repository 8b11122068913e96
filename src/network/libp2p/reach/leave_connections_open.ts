import type { DCUtRServiceComponents } from "@libp2p/dcutr";
import type { Connection } from "@libp2p/interface";

/**
 * Keep libp2p's hole punching from closing a relayed connection as soon as there is a direct one: what is
 * under way on it would be lost. It is closed later, when nothing is left on it.
 *
 * @param components What hole punching works with.
 */
export function leaveConnectionsOpen(components: DCUtRServiceComponents): DCUtRServiceComponents {
  const { registrar } = components;
  const gentle: Pick<typeof registrar, "register" | "handle" | "unregister" | "unhandle"> = {
    register: (protocol, topology) =>
      registrar.register(protocol, {
        ...topology,
        onConnect: (peerId, connection) => topology.onConnect?.(peerId, leaveOpen(connection)),
      }),
    handle: (protocol, handler, options) =>
      registrar.handle(
        protocol,
        (stream, connection) => handler(stream, leaveOpen(connection)),
        options,
      ),
    unregister: (id) => registrar.unregister(id),
    unhandle: (protocols) => registrar.unhandle(protocols),
  };
  const { peerStore, connectionManager, addressManager, transportManager, logger } = components;
  return {
    ...{ peerStore, connectionManager, addressManager, transportManager, logger },
    registrar: Object.assign(Object.create(registrar), gentle),
  };
}

function leaveOpen(connection: Connection): Connection {
  return Object.create(connection, { close: { value: () => Promise.resolve() } });
}
