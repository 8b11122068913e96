import { MODERN_VERSIONS } from "../../../protocol/versions.ts";
import { type QuickMethod, STABLE } from "../method.ts";

/** `server/discover`: what the server can do, to clients that open no session. */
export const serverDiscover: QuickMethod = {
  eras: "modern",
  cache: STABLE,
  answer({ server }) {
    const { capabilities, instructions } = server;
    return {
      supportedVersions: MODERN_VERSIONS,
      capabilities,
      ...(instructions !== undefined && { instructions }),
    };
  },
};
