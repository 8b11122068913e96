import type { JsonObject } from "../../../codec/mod.ts";
import type { Page } from "../../page.ts";

/**
 * A page as the result of a list.
 *
 * @param member What the list is of: the name of the member that holds it.
 * @param page The page; its items are data.
 * @returns The result.
 */
export function toWirePage(member: string, { items, nextCursor }: Page<object>): JsonObject {
  const result: Record<string, unknown> = { [member]: items };
  if (nextCursor !== undefined) result["nextCursor"] = nextCursor;
  return result as JsonObject;
}
