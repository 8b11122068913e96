/**
 * What a peer does that nobody does by accident more than now and then.
 *
 * | Offence          | The peer                                                              |
 * | ---------------- | --------------------------------------------------------------------- |
 * | `flood`          | opens streams or connections, or asks, faster than it may             |
 * | `malformed`      | sends what makes no sense: broken frames, wrong lengths, bad records  |
 * | `too_large`      | announces or sends more than it may                                   |
 * | `too_slow`       | begins a message and does not end it in time                          |
 * | `unauthorized`   | asks for what it may not have, or shows a wrong token                 |
 * | `bad_proof`      | shows a wrong or a used invitation                                    |
 */
export type Offence =
  | "flood"
  | "malformed"
  | "too_large"
  | "too_slow"
  | "unauthorized"
  | "bad_proof";

/**
 * How much an offence counts; 100 within some minutes are a ban. A worker whose token is wrong asks once
 * a second, and must be able to read why it gets nothing: so it is not banned for that, but who asks a
 * hundred times a second is, within seconds.
 */
export const OFFENCE_WEIGHTS: Readonly<Record<Offence, number>> = {
  "flood": 0.5,
  "malformed": 10,
  "too_large": 10,
  "too_slow": 5,
  "unauthorized": 0.2,
  "bad_proof": 10,
};

const OFFENCE_BY_CODE: Readonly<Record<string, Offence>> = {
  "frame_too_large": "too_large",
  "invalid_json": "malformed",
  "invalid_utf8": "malformed",
  "invalid_message": "malformed",
  "invalid_jsonrpc": "malformed",
  "request_timeout": "too_slow",
  "stream_timeout": "too_slow",
  "too_much_unfinished": "flood",
  "unauthorized": "unauthorized",
  "bad_token": "unauthorized",
};

/**
 * Which offence it is to send what is answered with a certain code.
 *
 * @param code A stable code, as peers get it.
 * @returns The offence; `undefined` if it is none, as with most codes.
 */
export function offenceOf(code: string): Offence | undefined {
  return Object.hasOwn(OFFENCE_BY_CODE, code) ? OFFENCE_BY_CODE[code] : undefined;
}
