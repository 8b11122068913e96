import assert from "node:assert/strict";
import { AppError, toError, toErrorMessage, unwrapError } from "../../../src/error/mod.ts";

class PaperError extends AppError {
  override readonly name = "PaperError";
  readonly code = "out_of_paper";
}

Deno.test("AppError keeps code, hint and cause", () => {
  const cause = new Error("tray 2");
  const error = new PaperError("Cannot print", { hint: "Put paper in", cause });
  assert.deepEqual([error.code, error.hint, error.cause], ["out_of_paper", "Put paper in", cause]);
  assert.equal("cause" in new PaperError("Cannot print"), false);
});

Deno.test("toError keeps errors, and makes one of anything else that was thrown", () => {
  const error = new TypeError("text");
  assert.equal(toError(error), error);
  assert.equal(toError("text").message, "text");
});

Deno.test("toErrorMessage gives the text of anything thrown", () => {
  assert.equal(toErrorMessage(new Error("text")), "text");
  assert.equal(toErrorMessage("text"), "text");
  assert.equal(toErrorMessage(undefined), "undefined");
});

Deno.test("unwrapError goes through aggregates that hold one error, and no further", () => {
  const error = new PaperError("Cannot print");
  assert.equal(unwrapError(new AggregateError([new AggregateError([error])])), error);
  const several = new AggregateError([error, error]);
  assert.equal(unwrapError(several), several);
  assert.equal(unwrapError(error), error);
});
