import type { ResolveTxt } from "./dnsaddr.ts";

/** Ask the resolver of the system for TXT records. */
export const systemTxtResolver: ResolveTxt = async (name, signal): Promise<readonly string[]> => {
  try {
    const records = await Deno.resolveDns(name, "TXT", { signal });
    // A text longer than 255 bytes comes in pieces.
    return records.map((pieces) => pieces.join(""));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
};
