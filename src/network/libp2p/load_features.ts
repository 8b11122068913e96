import type { Clock } from "../../concurrency/mod.ts";
import type { Kad } from "./kad/create_kad.ts";
import type { KadOptions } from "./kad/kad_options.ts";
import { mergeFeatures, type NodeFeatures } from "./node_features.ts";

/** What a node is to be able to do besides what every node can. */
export interface LoadFeaturesOptions {
  readonly kad: KadOptions | undefined;
  readonly swarmKey: Uint8Array | undefined;
  /** Told of a peer that asks more than it may. */
  readonly onFlood: (peerId: string) => void;
  readonly clock: Clock;
}

/** The features of a node, and what it does with some of them once it is there. */
export interface LoadedFeatures {
  readonly features: NodeFeatures;
  readonly kad: Kad | undefined;
}

/** Load what the wanted features need, and nothing else. */
export async function loadFeatures(options: LoadFeaturesOptions): Promise<LoadedFeatures> {
  const { kad: kadOptions, swarmKey, onFlood, clock } = options;
  const [kadModule, swarmModule] = await Promise.all([
    kadOptions && import("./kad/create_kad.ts"),
    swarmKey && import("./swarm_key.ts"),
  ]);
  const kad = kadOptions && kadModule?.createKad(kadOptions, { onFlood, clock });
  const features = mergeFeatures([
    kad?.features ?? {},
    swarmKey && swarmModule ? swarmModule.protectBySwarmKey(swarmKey) : {},
  ]);
  return { features, kad };
}
