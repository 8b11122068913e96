/** 128 bits cannot be guessed. */
const ID_BYTES = 16;

/** Visible ASCII, as the specification has it, and no longer than ids are anywhere. */
const SESSION_ID = /^[\x21-\x7e]{1,256}$/;

/**
 * Make an id for a session. Who knows it, and is the same principal, can use the session.
 *
 * @returns 22 random characters, safe in a header.
 */
export function createSessionId(): string {
  return crypto.getRandomValues(new Uint8Array(ID_BYTES))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/**
 * Whether a header can be the id of a session, be it ours or another server's.
 *
 * @param id The header.
 * @returns Whether to look it up.
 */
export function isSessionId(id: string | null): id is string {
  return id !== null && SESSION_ID.test(id);
}
