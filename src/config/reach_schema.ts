import { z } from "zod";
import { NODE_COMMANDS, pythonAliases, setting } from "./setting_meta.ts";
import { dialableMultiaddrSchema, multiaddrSchema } from "./value_schema.ts";

/** The group `reach`. */
export const reachSchema = z.strictObject({
  relay: setting(z.boolean().default(true), {
    name: "relay",
    description:
      "Whether the node is reached, and reaches others, through relays where nothing else works.",
    expected: "true or false",
    commands: NODE_COMMANDS,
    aliases: pythonAliases("TASK_P2P_RELAY"),
  }),
  relayPeers: setting(z.array(dialableMultiaddrSchema).max(16).default([]), {
    name: "relay-peer",
    description: "Relays at which the node holds a place, so that others reach it through them.",
    expected: 'a multiaddr that ends in "/p2p/<peer id>"',
    placeholder: "multiaddr",
    commands: NODE_COMMANDS,
    off: [],
  }),
  relayServer: setting(z.boolean().default(false), {
    name: "relay-server",
    description: "Whether the node is a relay for others, within limits.",
    expected: "true or false",
    commands: ["serve"],
    aliases: pythonAliases("TASK_P2P_RELAY_HOP"),
  }),
  autonat: setting(z.boolean().default(true), {
    name: "autonat",
    description:
      "Whether the node asks its peers if they can dial it, and does the same for them (AutoNAT).",
    expected: "true or false",
    commands: ["serve"],
    aliases: pythonAliases("TASK_P2P_AUTONAT"),
  }),
  holePunch: setting(z.boolean().default(true), {
    name: "hole-punch",
    description: "Whether relayed connections are made direct where that is possible (DCUtR).",
    expected: "true or false",
    commands: NODE_COMMANDS,
    aliases: pythonAliases("TASK_P2P_HOLEPUNCH"),
  }),
  announceAddresses: setting(z.array(multiaddrSchema.regex(/\/tcp\/\d+/)).max(16).default([]), {
    name: "announce-address",
    description: "Addresses that lead to this node from outside, such as that of a forwarded port.",
    expected: 'a multiaddr over TCP such as "/ip4/192.0.2.7/tcp/9710"',
    placeholder: "multiaddr",
    commands: ["serve"],
  }),
}).describe("How the node is reached from other networks.");
