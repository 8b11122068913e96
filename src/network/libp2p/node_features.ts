import type { Libp2pOptions } from "libp2p";

/** What a node can do besides what every node can, put together before it is created. */
export interface NodeFeatures {
  /** Services besides identify and ping. @default {{}} */
  readonly services?: NonNullable<Libp2pOptions["services"]> | undefined;
  /** Keeps out whoever has not the key of a private swarm. @default {undefined} nobody */
  readonly connectionProtector?: Libp2pOptions["connectionProtector"] | undefined;
}

/** All that several features add, together. */
export function mergeFeatures(features: readonly NodeFeatures[]): NodeFeatures {
  return {
    services: Object.assign({}, ...features.map(({ services }) => services)),
    connectionProtector: features.map((each) => each.connectionProtector)
      .find((protector) => protector !== undefined),
  };
}
