import type { NodeFeatures } from "../node_features.ts";
import type { ReachOptions } from "./reach_options.ts";

/** What makes a node reachable from other networks. */
export function createReach(_options: ReachOptions): NodeFeatures {
  return {};
}
