import { z } from "zod";
import { EVERY_COMMAND, NODE_COMMANDS, pythonAliases, setting } from "./setting_meta.ts";
import {
  allowedPeerSchema,
  bootstrapMultiaddrSchema,
  hostSchema,
  multiaddrSchema,
  pathSchema,
  PORT_EXPECTED,
  portSchema,
} from "./value_schema.ts";

/** The group `p2p`. */
export const p2pSchema = z.strictObject({
  enabled: setting(z.boolean().default(true), {
    name: "p2p",
    description: "Whether the node takes part in the peer-to-peer network.",
    expected: "true or false",
    commands: NODE_COMMANDS,
    aliases: [{ name: "MCP_DISABLE_P2P", reading: "inverted" }],
  }),
  listenHost: setting(hostSchema.default("0.0.0.0"), {
    name: "p2p-host",
    description:
      "The address that the peer-to-peer node binds to; 0.0.0.0 is all addresses, those of IPv6 among them. Strangers can connect but may do nothing.",
    expected: "an IP address or host name",
    placeholder: "address",
    commands: NODE_COMMANDS,
    aliases: pythonAliases("TASK_P2P_LISTEN_HOST"),
  }),
  listenPort: setting(portSchema.default(9710), {
    name: "p2p-port",
    description: "The TCP port of the peer-to-peer node; 0 picks a free one.",
    expected: PORT_EXPECTED,
    placeholder: "number",
    commands: NODE_COMMANDS,
    aliases: pythonAliases("TASK_P2P_LISTEN_PORT"),
  }),
  listen: setting(z.array(multiaddrSchema).default([]), {
    name: "p2p-listen",
    description: "Addresses to listen on instead of the host and port above.",
    expected: 'a multiaddr such as "/ip4/127.0.0.1/tcp/0"',
    placeholder: "multiaddr",
    commands: NODE_COMMANDS,
  }),
  publicIp: setting(z.union([z.literal("auto"), z.ipv4(), z.ipv6()]).default("auto"), {
    name: "public-ip",
    description: "The IP address to announce to others; auto picks one.",
    expected: '"auto" or an IP address',
    placeholder: "address",
    commands: NODE_COMMANDS,
    aliases: pythonAliases("TASK_P2P_PUBLIC_IP"),
  }),
  bootstrapPeers: setting(z.array(bootstrapMultiaddrSchema).default([]), {
    name: "bootstrap-peer",
    description: "Peers to connect to at start.",
    expected: 'a multiaddr that ends in "/p2p/<peer id>", or "/dnsaddr/<name>"',
    placeholder: "multiaddr",
    commands: NODE_COMMANDS,
    off: [],
    aliases: pythonAliases("TASK_P2P_BOOTSTRAP_PEERS"),
  }),
  mdns: setting(z.boolean().default(true), {
    name: "mdns",
    description: "Whether the node finds peers in the local network, and is found there, by mDNS.",
    expected: "true or false",
    commands: NODE_COMMANDS,
    aliases: pythonAliases("TASK_P2P_MDNS"),
  }),
  announceFile: setting(z.union([z.literal(false), pathSchema]).default(false), {
    name: "announce-file",
    description:
      "Where the node's address is written while it runs, for programs on this machine; off writes none.",
    expected: "a path, or false to write none",
    placeholder: "path",
    commands: NODE_COMMANDS,
    isPath: true,
    off: false,
    defaultText:
      "$XDG_CACHE_HOME/ipfs_accelerate_py/task_p2p_announce.json, or the same below ~/.cache",
    aliases: pythonAliases("TASK_P2P_ANNOUNCE_FILE"),
  }),
  token: setting(z.string().regex(/^\P{Cc}*$/u).default(""), {
    name: "token",
    description: "The secret that admits peers: who presents the same one may use this node.",
    expected: "text without control characters",
    commands: EVERY_COMMAND,
    isSecret: true,
    aliases: pythonAliases("TASK_P2P_TOKEN"),
  }),
  tokenFile: setting(z.union([z.literal(""), pathSchema]).default(""), {
    name: "token-file",
    description: "A file that holds the token, on one line.",
    expected: "a path",
    placeholder: "path",
    commands: EVERY_COMMAND,
    isPath: true,
  }),
  allowPeers: setting(z.array(allowedPeerSchema).default([]), {
    name: "allow-peer",
    description:
      "Ids of peers that are admitted without the token, each with what it may do: submit, work, tools, cache, admin; without roles, all but admin.",
    expected: 'a peer id such as "12D3KooW...", or with roles "12D3KooW...=submit+work"',
    placeholder: "peer-id",
    commands: NODE_COMMANDS,
  }),
  openSwarm: setting(z.boolean().default(false), {
    name: "open-swarm",
    description:
      "Whether everybody who can connect may submit tasks, work, call the tools that peers may call, and use the cache, as with older nodes.",
    expected: "true or false",
    commands: ["serve"],
  }),
  swarmKeyFile: setting(z.union([z.literal(""), pathSchema]).default(""), {
    name: "swarm-key-file",
    description:
      "A file with the key of a private swarm: only nodes that have the same one can connect at all.",
    expected: "a path",
    placeholder: "path",
    commands: EVERY_COMMAND,
    isPath: true,
  }),
  enableCache: setting(z.boolean().default(false), {
    name: "p2p-cache",
    description: "Whether this node has a shared cache, which admitted peers may use.",
    expected: "true or false",
    commands: NODE_COMMANDS,
    aliases: pythonAliases("TASK_P2P_ENABLE_CACHE"),
  }),
  session: setting(z.string().max(256).default(""), {
    name: "session",
    description:
      "A label by which peers that belong together know each other; its worker also takes tasks that ask for it.",
    expected: "at most 256 characters",
    placeholder: "label",
    commands: NODE_COMMANDS,
    aliases: pythonAliases("TASK_P2P_SESSION"),
  }),
}).describe("The peer-to-peer node.");
