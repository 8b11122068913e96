import { z } from "zod";
import { setting } from "./setting_meta.ts";
import { pathSchema } from "./value_schema.ts";

const url = z.union([z.literal(""), z.url({ protocol: /^https?$/ })]);

/** The group `auth`. */
export const authSchema = z.strictObject({
  tokensFile: setting(z.union([z.literal(""), pathSchema]).default(""), {
    name: "http-tokens-file",
    description:
      "A file of bearer tokens that HTTP clients must present: a name, a token and scopes on each line.",
    expected: "a path",
    placeholder: "path",
    commands: ["serve"],
    isPath: true,
  }),
  issuer: setting(url.default(""), {
    name: "oauth-issuer",
    description:
      "The OAuth 2.1 authorisation server whose access tokens (JWT) HTTP clients may present.",
    expected: "an http or https URL",
    placeholder: "url",
    commands: ["serve"],
  }),
  audience: setting(z.string().max(2048).default(""), {
    name: "oauth-audience",
    description:
      "What access tokens must be meant for: the URL by which clients reach the MCP endpoint.",
    expected: "at most 2048 characters",
    placeholder: "url",
    commands: ["serve"],
  }),
  jwksUrl: setting(url.default(""), {
    name: "oauth-jwks-url",
    description:
      "Where the keys of the authorisation server are; without it, its metadata are asked.",
    expected: "an http or https URL",
    placeholder: "url",
    commands: ["serve"],
  }),
  allowUnauthenticated: setting(z.boolean().default(false), {
    name: "allow-unauthenticated",
    description:
      "Whether the HTTP server may be open to the network without asking clients who they are.",
    expected: "true or false",
    commands: ["serve"],
  }),
}).describe("Who may use the HTTP server.");
