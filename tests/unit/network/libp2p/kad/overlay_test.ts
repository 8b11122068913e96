import assert from "node:assert/strict";
import { overlay } from "../../../../../src/network/libp2p/kad/overlay.ts";

class Counter {
  #count = 0;
  readonly name: string = "counter";

  add(): number {
    return ++this.#count;
  }

  reset(): void {
    this.#count = 0;
  }
}

Deno.test("overlay answers with its own members, and else with those of the target", () => {
  const counter = new Counter();
  const overlaid = overlay(counter, { add: () => 100 });
  assert.equal(overlaid.add(), 100);
  assert.equal(overlaid.name, "counter");
  assert.equal(counter.add(), 1);
});

Deno.test("overlay calls members of the target on the target", () => {
  const counter = new Counter();
  overlay<Counter>(counter, { reset: () => {} }).add();
  assert.equal(counter.add(), 2);
});
