import { AppError } from "../../../error/mod.ts";
import type { RendezvousStatus } from "./message.ts";

/** What a peer sent is no message of the protocol. */
export class RendezvousMessageError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "RendezvousMessageError";
  /** `rendezvous_message_invalid`. */
  readonly code = "rendezvous_message_invalid";

  /**
   * Creates the error.
   *
   * @param reason What is wrong with it.
   * @param cause The error that showed it.
   */
  constructor(readonly reason: string, cause?: unknown) {
    super(`Cannot read rendezvous message as ${reason}`, { cause });
  }
}

/** A rendezvous point has refused a request. */
export class RendezvousRefusedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "RendezvousRefusedError";
  /** `rendezvous_refused`. */
  readonly code = "rendezvous_refused";

  /**
   * Creates the error.
   *
   * @param point The point.
   * @param status Why, in the words of the protocol.
   * @param text Why, in its own words.
   */
  constructor(readonly point: string, readonly status: RendezvousStatus, text: string) {
    super(
      `Cannot use rendezvous point as it refuses the request (${status}` +
        `${text === "" ? "" : `, ${text}`}): point "${point}"`,
    );
  }
}

/** No rendezvous point could be used. */
export class RendezvousFailedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "RendezvousFailedError";
  /** `rendezvous_failed`. */
  readonly code = "rendezvous_failed";

  /**
   * Creates the error.
   *
   * @param points The points.
   * @param causes What went wrong with each.
   */
  constructor(readonly points: readonly string[], causes: readonly Error[]) {
    super(
      `Cannot meet peers as no rendezvous point could be used: points "${points.join(", ")}" ` +
        `(${causes.map(({ message }) => message).join("; ")})`,
      {
        cause: new AggregateError(causes),
        hint: "Check that a rendezvous point runs and its address",
      },
    );
  }
}
