import { z } from "zod";
import { pythonAliases, setting } from "./setting_meta.ts";
import { dialableMultiaddrSchema, pathSchema } from "./value_schema.ts";

/** The group `discovery`. */
export const discoverySchema = z.strictObject({
  rememberPeers: setting(z.boolean().default(true), {
    name: "remember-peers",
    description:
      "Whether the node remembers the peers that have answered, and connects to them again after a restart.",
    expected: "true or false",
    commands: ["serve"],
  }),
  namespace: setting(z.string().min(1).max(255).default("ipfs-accelerate-task-queue"), {
    name: "namespace",
    description: "What the peers that are to find each other far away have in common.",
    expected: "1 to 255 characters",
    placeholder: "name",
    commands: ["serve"],
    aliases: pythonAliases("TASK_P2P_RENDEZVOUS_NS"),
  }),
  rendezvousPoints: setting(z.array(dialableMultiaddrSchema).max(16).default([]), {
    name: "rendezvous-point",
    description: "Nodes where peers of the namespace register and find each other.",
    expected: 'a multiaddr that ends in "/p2p/<peer id>"',
    placeholder: "multiaddr",
    commands: ["serve"],
    off: [],
  }),
  rendezvousServer: setting(z.boolean().default(false), {
    name: "rendezvous-server",
    description: "Whether the node is such a meeting point, for all peers that can connect to it.",
    expected: "true or false",
    commands: ["serve"],
  }),
  dht: setting(z.enum(["auto", "off", "private", "public"]).default("auto"), {
    name: "dht",
    description:
      "Whether peers of the namespace are found by a distributed hash table: one of the nodes of this kind, or the public one; auto takes part in the first as soon as there are peers to begin with.",
    expected: '"auto", "off", "private" or "public"',
    placeholder: "kind",
    commands: ["serve"],
    aliases: pythonAliases("TASK_P2P_DHT", "off"),
  }),
  githubRepository: setting(
    z.union([z.literal(""), z.string().regex(/^[\w.-]+\/[\w.-]+$/)]).default(""),
    {
      name: "github-registry",
      description:
        "A GitHub repository in whose issues nodes find each other; the node's addresses become as public as it is.",
      expected: '"<owner>/<name>"',
      placeholder: "repository",
      commands: ["serve"],
    },
  ),
  githubAuthors: setting(z.array(z.string().min(1).max(100)).max(64).default([]), {
    name: "github-author",
    description:
      "Accounts whose comments there count; by default those of owner, members and collaborators.",
    expected: "the name of an account",
    placeholder: "account",
    commands: ["serve"],
  }),
  githubToken: setting(z.string().regex(/^\P{Cc}*$/u).default(""), {
    name: "github-token",
    description: "A token that may read and write these issues; without one, nothing is written.",
    expected: "text without control characters",
    commands: ["serve"],
    isSecret: true,
    aliases: [{ name: "GH_TOKEN" }, { name: "GITHUB_TOKEN" }],
  }),
  sharedDirectory: setting(z.union([z.literal(""), pathSchema]).default(""), {
    name: "shared-directory",
    description: "A directory that several nodes can see, in which they find each other.",
    expected: "a path",
    placeholder: "path",
    commands: ["serve"],
    isPath: true,
    aliases: [{ name: "IPFS_ACCELERATE_P2P_CACHE_DIR" }],
  }),
}).describe("How the node finds peers, besides mDNS and bootstrap peers.");
