import { refuse } from "../http/refuse.ts";

/** What the official SDK says; clients begin a new session for the status. */
const SESSION_NOT_FOUND = -32001;

/** Refuse a request that names a session that is not there, or not for this principal. */
export function refuseSession(): Response {
  return refuse(404, "Cannot find session: it has ended, or begin with initialize", {
    code: SESSION_NOT_FOUND,
  });
}
