import { z } from "zod";
import { authSchema } from "./auth_schema.ts";
import { discoverySchema } from "./discovery_schema.ts";
import { p2pSchema } from "./p2p_schema.ts";
import { reachSchema } from "./reach_schema.ts";
import { serverSchema } from "./server_schema.ts";
import { EVERY_COMMAND, NODE_COMMANDS, pythonAliases, setting } from "./setting_meta.ts";
import { toolsSchema } from "./tools_schema.ts";
import { DAY_MS, MAX_TIMER_MS, MIB } from "./units.ts";
import { dialableMultiaddrSchema, pathSchema } from "./value_schema.ts";

const worker = z.strictObject({
  enabled: setting(z.boolean().default(true), {
    name: "worker",
    description: "Whether the node executes tasks itself.",
    expected: "true or false",
    commands: ["serve"],
  }),
  concurrency: setting(z.int().min(1).max(1024).default(4), {
    name: "concurrency",
    description: "How many tasks run at the same time.",
    expected: "a whole number from 1 to 1024",
    placeholder: "number",
    commands: NODE_COMMANDS,
  }),
  taskTypes: setting(z.array(z.string().regex(/^[0-9A-Za-z._-]{1,128}$/)).default([]), {
    name: "task-type",
    description: "Task types to take; by default all that the node can execute.",
    expected: 'a task type such as "tool.call"',
    placeholder: "type",
    commands: NODE_COMMANDS,
    aliases: pythonAliases("TASK_WORKER_TASK_TYPES"),
  }),
  name: setting(z.string().max(128).default(""), {
    name: "worker-name",
    description: "The worker's name in task records; by default derived from the peer id.",
    expected: "at most 128 characters",
    placeholder: "name",
    commands: NODE_COMMANDS,
    aliases: pythonAliases("TASK_WORKER_ID"),
  }),
  offers: setting(z.array(z.string().regex(/^[0-9A-Za-z._:=-]{1,64}$/)).max(64).default([]), {
    name: "offer",
    description: 'Tags that the worker offers, such as "gpu", for tasks that require them.',
    expected: "a tag of 1 to 64 letters, digits, and . _ : = -",
    placeholder: "tag",
    commands: NODE_COMMANDS,
  }),
}).describe("The worker that executes tasks.");

const queue = z.strictObject({
  maxAttempts: setting(z.int().min(1).max(1000).default(3), {
    name: "max-attempts",
    description: "How often a task is tried before it fails for good, unless the task says so.",
    expected: "a whole number from 1 to 1000",
    placeholder: "number",
    commands: NODE_COMMANDS,
  }),
  leaseMs: setting(z.int().min(1000).max(3_600_000).default(30_000), {
    name: "lease-ms",
    description: "How long a worker holds a task without a sign of life, in milliseconds.",
    expected: "a whole number from 1000 to 3600000",
    placeholder: "milliseconds",
    commands: NODE_COMMANDS,
  }),
  legacyLeaseMs: setting(z.int().min(1000).max(7 * DAY_MS).default(1_800_000), {
    name: "legacy-lease-ms",
    description:
      "How long a worker that cannot renew its claim, such as a Python one, may work on a task, in milliseconds.",
    expected: `a whole number from 1000 to ${7 * DAY_MS}`,
    placeholder: "milliseconds",
    commands: ["serve"],
  }),
  affinityMs: setting(z.int().min(0).max(DAY_MS).default(180_000), {
    name: "affinity-ms",
    description:
      "How long a task waits for the worker or session it asks for, before anyone may take it, in milliseconds.",
    expected: `a whole number from 0 to ${DAY_MS}`,
    placeholder: "milliseconds",
    commands: ["serve"],
    aliases: pythonAliases("TASK_P2P_SESSION_FAILOVER_AFTER_S", "seconds"),
  }),
  ownershipGraceMs: setting(z.int().min(0).max(60_000).default(500), {
    name: "ownership-grace-ms",
    description:
      "How long a task is kept for the peer that owns it, before any other may take it, in milliseconds; 0 is first come, first served.",
    expected: "a whole number from 0 to 60000",
    placeholder: "milliseconds",
    commands: ["serve"],
  }),
  typeLimits: setting(z.array(z.string().regex(/^[^=\s]{1,128}=[1-9][0-9]{0,5}$/)).default([]), {
    name: "type-limit",
    description: 'How many tasks of a type run at the same time, such as "docker.execute=2".',
    expected: "<type>=<number>",
    placeholder: "type=number",
    commands: ["serve"],
  }),
  retentionMs: setting(z.int().min(0).max(3650 * DAY_MS).default(7 * DAY_MS), {
    name: "retention-ms",
    description: "How long a finished task is kept, in milliseconds.",
    expected: `a whole number from 0 to ${3650 * DAY_MS}`,
    placeholder: "milliseconds",
    commands: NODE_COMMANDS,
    aliases: pythonAliases("TASK_QUEUE_RETENTION_S", "seconds"),
  }),
}).describe("The durable queue of tasks.");

const cache = z.strictObject({
  maxBytes: setting(z.int().min(MIB).max(1024 * 1024 * MIB).default(256 * MIB), {
    name: "cache-max-bytes",
    description: "How large the shared cache may grow; what was used least recently goes first.",
    expected: `a whole number from ${MIB} to ${1024 * 1024 * MIB}`,
    placeholder: "bytes",
    commands: ["serve"],
  }),
  replicateTo: setting(z.array(dialableMultiaddrSchema).max(16).default([]), {
    name: "cache-replicate-to",
    description: "Nodes that get each change of this node's cache.",
    expected: 'a multiaddr that ends in "/p2p/<peer id>"',
    placeholder: "multiaddr",
    commands: ["serve"],
    off: [],
    aliases: pythonAliases("TASK_P2P_CACHE_REPLICATE_TARGETS"),
  }),
}).describe("The cache that nodes share, when --p2p-cache is on.");

const text = z.strictObject({
  endpoint: setting(z.union([z.literal(""), z.url({ protocol: /^https?$/ })]).default(""), {
    name: "text-endpoint",
    description:
      "Base URL of an OpenAI-compatible HTTP service. Without it the node takes no text-generation tasks.",
    expected: "an http or https URL",
    placeholder: "url",
    commands: NODE_COMMANDS,
  }),
  keyFile: setting(z.union([z.literal(""), pathSchema]).default(""), {
    name: "text-key-file",
    description: "A file that holds the service's API key, on one line.",
    expected: "a path",
    placeholder: "path",
    commands: NODE_COMMANDS,
    isPath: true,
  }),
  timeoutMs: setting(z.int().min(1).max(MAX_TIMER_MS).default(600_000), {
    name: "text-timeout-ms",
    description: "How long one text generation may take, in milliseconds.",
    expected: `a whole number from 1 to ${MAX_TIMER_MS}`,
    placeholder: "milliseconds",
    commands: NODE_COMMANDS,
  }),
}).describe("Text generation.");

const log = z.strictObject({
  level: setting(z.enum(["debug", "info", "warn", "error"]).default("info"), {
    name: "log-level",
    description: "The least important log lines to write.",
    expected: '"debug", "info", "warn" or "error"',
    placeholder: "level",
    commands: EVERY_COMMAND,
    aliases: [{ name: "MCP_DEBUG", reading: "debug" }],
  }),
  format: setting(z.enum(["text", "json"]).default("text"), {
    name: "log-format",
    description: "How log lines look: text for people, JSON for programs.",
    expected: '"text" or "json"',
    placeholder: "format",
    commands: EVERY_COMMAND,
  }),
}).describe("Logging, to standard error.");

const shutdown = z.strictObject({
  graceMs: setting(z.int().min(0).max(8000).default(5000), {
    name: "shutdown-grace-ms",
    description: "How long running work may go on after a stop signal, in milliseconds.",
    expected: "a whole number from 0 to 8000",
    placeholder: "milliseconds",
    commands: NODE_COMMANDS,
  }),
}).describe("Stopping.");

/**
 * The one description of the configuration. Types, defaults, flags, environment names, the JSON
 * Schema of `mcpp.json` and the documentation are derived from it.
 */
export const configSchema = z.strictObject({
  dataDir: setting(pathSchema, {
    name: "data-dir",
    description: "The directory that holds the node's key, queue and configuration file.",
    expected: "a path",
    placeholder: "path",
    commands: EVERY_COMMAND,
    isPath: true,
    defaultText: "$XDG_DATA_HOME/mcpp, or ~/.local/share/mcpp",
  }),
  server: serverSchema,
  auth: authSchema,
  tools: toolsSchema,
  p2p: p2pSchema,
  discovery: discoverySchema,
  reach: reachSchema,
  worker,
  queue,
  cache,
  text,
  log,
  shutdown,
});
