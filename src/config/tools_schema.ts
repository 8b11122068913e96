import { z } from "zod";
import { pythonAliases, setting } from "./setting_meta.ts";

const patterns = z.array(z.string().regex(/^[A-Za-z0-9_./*-]{1,64}$/)).max(256);
const EXPECTED = 'a family such as "tasks", or the name of a tool, with or without * in it';

/** The group `tools`. */
export const toolsSchema = z.strictObject({
  only: setting(patterns.default([]), {
    name: "tools",
    description: "Families and names of the tools to offer; by default all.",
    expected: EXPECTED,
    placeholder: "pattern",
    commands: ["serve"],
  }),
  except: setting(patterns.default([]), {
    name: "no-tools",
    description: "Families and names of tools not to offer.",
    expected: EXPECTED,
    placeholder: "pattern",
    commands: ["serve"],
  }),
  peer: setting(patterns.default([]), {
    name: "peer-tools",
    description:
      "Families and names of the tools that admitted peers may call; by default none, * means all that are offered.",
    expected: EXPECTED,
    placeholder: "pattern",
    commands: ["serve"],
    off: [],
    aliases: pythonAliases("TASK_P2P_ENABLE_TOOLS", "all"),
  }),
}).describe("Which tools clients and peers may call.");
