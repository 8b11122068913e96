import { z } from "zod";
import { setting } from "./setting_meta.ts";
import { DAY_MS, MAX_TIMER_MS, MIB } from "./units.ts";
import { hostSchema, originSchema, PORT_EXPECTED, portSchema } from "./value_schema.ts";

/** The group `server`. */
export const serverSchema = z.strictObject({
  name: setting(z.string().min(1).max(128).default("mcpp"), {
    name: "server-name",
    description: "The name that the server gives MCP clients.",
    expected: "1 to 128 characters",
    placeholder: "name",
    commands: ["serve"],
    aliases: [{ name: "MCP_SERVER_NAME" }],
  }),
  host: setting(hostSchema.default("127.0.0.1"), {
    name: "host",
    description:
      "The address that the HTTP server binds to. Anything but loopback opens it to the network.",
    expected: "an IP address or host name",
    placeholder: "address",
    commands: ["serve"],
    aliases: [{ name: "MCP_HOST" }],
  }),
  port: setting(portSchema.default(8000), {
    name: "port",
    description: "The TCP port of the HTTP server; 0 picks a free one.",
    expected: PORT_EXPECTED,
    placeholder: "number",
    commands: ["serve"],
    aliases: [{ name: "MCP_PORT" }],
  }),
  mountPath: setting(z.string().regex(/^(\/[0-9A-Za-z._~-]+)+$/).default("/mcp"), {
    name: "mount-path",
    description: "The URL path of the MCP endpoint.",
    expected: 'a URL path that begins with "/" and does not end with it',
    placeholder: "path",
    commands: ["serve"],
    aliases: [{ name: "MCP_MOUNT_PATH" }],
  }),
  corsOrigins: setting(z.array(originSchema).default([]), {
    name: "cors-origin",
    description:
      "Web origins whose pages may call the HTTP server and read its answers; none by default, * means any.",
    expected: 'a web origin such as "https://example.org", or "*"',
    placeholder: "origin",
    commands: ["serve"],
    aliases: [{ name: "MCP_CORS_ORIGINS" }],
  }),
  allowedHosts: setting(z.array(hostSchema).default([]), {
    name: "allowed-host",
    description: "Names in the Host header that are accepted besides those of loopback.",
    expected: "an IP address or host name, with or without a port",
    placeholder: "name",
    commands: ["serve"],
  }),
  allowedOrigins: setting(z.array(originSchema).default([]), {
    name: "allowed-origin",
    description:
      "Web origins that requests may come from besides those of loopback, such as a proxy's; their pages cannot read the answers.",
    expected: 'a web origin such as "https://example.org", or "*"',
    placeholder: "origin",
    commands: ["serve"],
  }),
  maxBodyBytes: setting(z.int().min(1024).max(1024 * MIB).default(4 * MIB), {
    name: "max-body-bytes",
    description: "The largest body of a request.",
    expected: `a whole number from 1024 to ${1024 * MIB}`,
    placeholder: "bytes",
    commands: ["serve"],
  }),
  maxResultBytes: setting(z.int().min(1024).max(1024 * MIB).default(16 * MIB), {
    name: "max-result-bytes",
    description: "The largest answer of an MCP request; a larger one becomes an error.",
    expected: `a whole number from 1024 to ${1024 * MIB}`,
    placeholder: "bytes",
    commands: ["serve"],
  }),
  rateLimit: setting(z.int().min(0).max(1_000_000).default(1000), {
    name: "rate-limit",
    description:
      "Requests that one client may make per second, with a first burst of twice as many; 0 sets no limit.",
    expected: "a whole number from 0 to 1000000",
    placeholder: "number",
    commands: ["serve"],
  }),
  callTimeoutMs: setting(z.int().min(1).max(MAX_TIMER_MS).default(DAY_MS), {
    name: "call-timeout-ms",
    description: "How long one call of a tool may take, in milliseconds.",
    expected: `a whole number from 1 to ${MAX_TIMER_MS}`,
    placeholder: "milliseconds",
    commands: ["serve"],
  }),
  sessionTtlMs: setting(z.int().min(1000).max(MAX_TIMER_MS).default(1_800_000), {
    name: "session-ttl-ms",
    description:
      "How long the session of an MCP client of the older protocol revisions is kept without a sign of life, in milliseconds.",
    expected: `a whole number from 1000 to ${MAX_TIMER_MS}`,
    placeholder: "milliseconds",
    commands: ["serve"],
  }),
  maxSessions: setting(z.int().min(1).max(1_000_000).default(10_000), {
    name: "max-sessions",
    description: "How many such sessions are kept; beyond that, the one unused longest goes first.",
    expected: "a whole number from 1 to 1000000",
    placeholder: "number",
    commands: ["serve"],
  }),
}).describe("The HTTP server that MCP clients talk to.");
