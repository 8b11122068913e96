import assert from "node:assert/strict";
import { Intake, TooMuchUnfinishedError } from "../../../../src/network/conduct/mod.ts";

const LIMITS = { maxBytesPerPeer: 1_000_000, maxBytes: 1_500_000 };
const KIB = 1024;

Deno.test("Intake bounds what is held of one peer's messages, on all its streams", () => {
  const intake = new Intake(LIMITS);
  using first = intake.open("mallory");
  using second = intake.open("mallory");
  first.add(600_000);
  assert.throws(() => second.add(600_000), TooMuchUnfinishedError);
  using other = intake.open("alice");
  other.add(100_000);
});

Deno.test("Intake takes small messages also while many large ones are under way", () => {
  const intake = new Intake(LIMITS);
  using _large = hold(intake, "a", 1_000_000);
  using _larger = hold(intake, "b", 500_000);
  using small = intake.open("alice");
  small.add(64 * KIB);
  assert.throws(() => small.add(1), TooMuchUnfinishedError);
});

Deno.test("Intake gets back what is handed on, and what is held when a stream ends", () => {
  const intake = new Intake(LIMITS);
  {
    using share = intake.open("alice");
    share.add(900_000);
    share.add(-900_000);
    share.add(900_000);
    assert.throws(() => share.add(200_000), TooMuchUnfinishedError);
    assert.equal(intake.bytes, 1_100_000);
  }
  assert.equal(intake.bytes, 0);
  using _again = hold(intake, "alice", 1_000_000);
});

function hold(intake: Intake, peerId: string, bytes: number): Disposable {
  const share = intake.open(peerId);
  share.add(bytes);
  return share;
}
