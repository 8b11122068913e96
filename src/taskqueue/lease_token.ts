/** What a fencing token says. Only the queue that made it believes in it. */
export interface LeaseToken {
  /** The task. */
  readonly taskId: string;
  /** Which attempt, counted from 1. */
  readonly attempt: number;
}

/**
 * Read a fencing token: `"<task id>:<attempt>:<digits>"`. The id may have colons.
 *
 * @param token The token.
 * @returns What it says; `undefined` if it is none.
 */
export function parseLeaseToken(token: string): LeaseToken | undefined {
  const parts = /^(.+):([0-9]{1,9}):[^:]*$/s.exec(token);
  if (parts === null) return undefined;
  const [, taskId = "", attempt = ""] = parts;
  return { taskId, attempt: Number(attempt) };
}
