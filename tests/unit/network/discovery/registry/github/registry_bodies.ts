import {
  decodeRegistryComment,
  encodeRegistryComment,
} from "../../../../../../src/network/discovery/registry/registry_comment.ts";
import type { RegistryEntry } from "../../../../../../src/network/discovery/registry/registry_entry.ts";
import type { FakeRepository } from "./fake_repository.ts";

/** What a test says about a peer. */
export interface BodyInit {
  readonly peerId: string;
  readonly multiaddrs: readonly string[];
  readonly lastSeenMs: number;
  readonly runnerName?: string;
}

/** The comment of a peer. */
export function toBody({ peerId, multiaddrs, lastSeenMs, runnerName }: BodyInit): string {
  return encodeRegistryComment("p2p-peer-registry", {
    peerId,
    runnerName: runnerName ?? `runner-${peerId.slice(-8)}`,
    publicIp: "",
    listenPort: 0,
    multiaddr: multiaddrs[0] ?? "",
    lastSeenMs,
    metadata: { multiaddrs },
  });
}

/** What all comments say. */
export function readAll(repository: FakeRepository): readonly RegistryEntry[] {
  return repository.comments.flatMap(({ body }) =>
    decodeRegistryComment("p2p-peer-registry", body)?.entry ?? []
  );
}
