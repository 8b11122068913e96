import { z } from "zod";
import type { JsonObject } from "../../../codec/mod.ts";
import { systemClock } from "../../../concurrency/mod.ts";
import { callAndPrint } from "../../call_and_print.ts";
import type { ClientCommandOptions } from "../../client_options.ts";
import { formatEntry } from "../../format_entry.ts";
import { formatTable } from "../../format_table.ts";
import type { ClientCommandInput } from "../../with_client.ts";
import { formatSeconds } from "../format_method_table.ts";
import { formatPeerTable, type PeerTableOptions } from "../format_peer_table.ts";
import { shownPeerSchema } from "../shown_peer.ts";

/** The options of `mcpp peers discover`. */
export interface DiscoverOptions extends ClientCommandOptions {
  readonly method?: readonly string[];
  readonly timeout?: number;
}

const reportSchema = z.looseObject({
  method: z.string(),
  ok: z.boolean(),
  reason: z.string().default(""),
  "peer_ids": z.array(z.string()).default([]),
  "duration_s": z.number().default(0),
});

const resultSchema = z.looseObject({
  methods: z.array(reportSchema),
  peers: z.array(shownPeerSchema),
});

const HEAD = ["METHOD", "RESULT", "PEERS", "TOOK"];

/**
 * Have a node look for peers, and print whom it found.
 *
 * @param input Which node, and how it should look.
 * @returns The exit code.
 */
export async function discoverPeers(input: ClientCommandInput<DiscoverOptions>): Promise<number> {
  const { method, timeout } = input.options;
  return await callAndPrint(input, {
    tool: "discover",
    args: {
      ...(method !== undefined && { methods: method }),
      ...(timeout !== undefined && { "timeout_s": timeout }),
    },
    toText: (result) =>
      toText(result, { nowMs: systemClock.now(), columns: input.terminal.outSize?.columns }),
  });
}

function toText(result: JsonObject, options: PeerTableOptions): string {
  const { methods, peers } = resultSchema.parse(result);
  const reports = methods.map((report) => [
    report.method,
    report.ok ? "ok" : "failed",
    String(report["peer_ids"].length),
    formatSeconds(report["duration_s"]),
  ]);
  // Why one failed is what is asked for, and has no room in a table.
  const failures = methods.filter(({ ok }) => !ok);
  return [
    methods.length === 0 ? "This node has no way to find peers" : formatTable(HEAD, reports),
    ...failures.map(({ method, reason }) => formatEntry(`${method} failed:`, reason)),
    peers.length === 0 ? "Nobody was found" : formatPeerTable(peers, options),
  ].join("\n\n");
}
