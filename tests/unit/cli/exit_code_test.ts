import assert from "node:assert/strict";
import { EXIT, toExitCode } from "../../../src/cli/exit_code.ts";
import { UsageError } from "../../../src/cli/errors.ts";
import { AppError } from "../../../src/error/mod.ts";

class CodedError extends AppError {
  constructor(readonly code: string) {
    super(code);
  }
}

Deno.test("toExitCode maps each kind of condition once", () => {
  const table: readonly (readonly [string, number])[] = [
    ["config_invalid", EXIT.usage],
    ["invalid_multiaddr", EXIT.usage],
    ["server_unreachable", EXIT.unreachable],
    ["peer_unreachable", EXIT.unreachable],
    ["unauthorized", EXIT.refused],
    ["port_in_use", EXIT.cannotStart],
    ["data_dir_locked", EXIT.cannotStart],
    ["store_corrupt", EXIT.cannotStart],
    ["unknown_tool", EXIT.failed],
    ["anything else", EXIT.failed],
  ];
  for (const [code, exitCode] of table) assert.equal(toExitCode(new CodedError(code)), exitCode);
  assert.equal(toExitCode(new UsageError("x")), EXIT.usage);
});

Deno.test("toExitCode looks into task groups and calls the rest a fault", () => {
  const wrapped = new AggregateError([new AggregateError([new CodedError("port_in_use")])]);
  assert.equal(toExitCode(wrapped), EXIT.cannotStart);
  assert.equal(toExitCode(new TypeError("bug")), EXIT.internal);
  assert.equal(toExitCode("thrown text"), EXIT.internal);
});
