import type { Clock } from "../../concurrency/mod.ts";
import { systemClock } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { openBackgroundGroup } from "../background_group.ts";
import { FileTrustList } from "./file_trust_list.ts";
import type { TrustList } from "./trust_list.ts";
import { watchFile } from "./watch_file.ts";

/** How the list of trusted peers is kept. */
export interface OpenTrustListOptions {
  /** The file; it need not be there. */
  readonly path: string;
  /** Tells when a peer was added. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Told when the file cannot be read any more. @default {nobody} */
  readonly logger?: Logger | undefined;
  /** Whether changes that other processes make are noticed. @default {false} */
  readonly watch?: boolean | undefined;
}

/**
 * Open the list of the peers that this node trusts. It is one JSON file, for this user only, that is
 * changed as a whole and under a lock, so that several processes may have it open.
 *
 * A file that is damaged while the list is open changes nothing until it is good again.
 *
 * @param options The file, and whether to watch it.
 * @returns The list. Disposing it ends the watch.
 * @throws {TrustListError} If there is a file that cannot be read or is none of ours.
 *
 * @example Trust a peer
 * ```ts
 * import { openTrustList } from "../mod.ts";
 * import assert from "node:assert/strict";
 *
 * const directory = await Deno.makeTempDir();
 * await using trust = await openTrustList({ path: `${directory}/trust.json` });
 * await trust.trust({ peerId: "12D3Friend", roles: ["submit"], name: "laptop" });
 * assert.deepEqual(trust.get("12D3Friend")?.roles, ["submit"]);
 *
 * await trust.revoke("12D3Friend");
 * assert.equal(trust.get("12D3Friend")?.isRevoked, true);
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export async function openTrustList(options: OpenTrustListOptions): Promise<TrustList> {
  const { path, clock = systemClock, logger, watch = false } = options;
  const list = await FileTrustList.open({ path, clock, logger });
  if (!watch) return list;
  // What does not exist cannot be watched.
  await list.createIfMissing();
  const background = await openBackgroundGroup("trust list", logger);
  background.group.spawn(
    "watch list of trusted peers",
    (signal) => watchFile(path, { look: () => list.reload(), clock, signal }),
  );
  list.closeWith(background);
  return list;
}
