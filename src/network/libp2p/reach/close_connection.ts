import type { Connection } from "@libp2p/interface";
import { toError } from "../../../error/mod.ts";

/** Close a connection in good order, or cut it if that does not work. Never rejects. */
export async function closeConnection(connection: Connection): Promise<void> {
  try {
    await connection.close();
  } catch (error) {
    connection.abort(toError(error));
  }
}
