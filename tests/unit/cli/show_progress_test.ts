import assert from "node:assert/strict";
import { formatProgress } from "../../../src/cli/format_progress.ts";
import { showProgress } from "../../../src/cli/show_progress.ts";
import type { Terminal } from "../../../src/cli/terminal.ts";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import { createFakeTerminal } from "./fake_terminal.ts";

/** A terminal whose standard error a person sees, and what its status line has said. */
function createWideTerminal(errColumns = 60) {
  const said: string[] = [];
  let suffix = () => "";
  const terminal: Terminal = {
    ...createFakeTerminal(),
    errColumns,
    openStatusLine(options) {
      said.push(`open ${options.text}`);
      suffix = options.suffix;
      return Promise.resolve({
        setText: (text) => said.push(text),
        pauseFor: (write) => write(),
        [Symbol.dispose]: () => {
          said.push("close");
        },
      });
    },
  };
  return { terminal, said, elapsed: () => suffix() };
}

Deno.test("showProgress shows nothing of work that is done soon", async () => {
  const { terminal, said } = createWideTerminal();
  const clock = new FakeClock();
  const done = showProgress(async (onProgress) => {
    onProgress({ message: "half" });
    await clock.sleep(299);
    return 7;
  }, { terminal, waitingFor: "x", clock });
  await clock.advance(299);
  assert.equal(await done, 7);
  assert.deepEqual(said, []);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("showProgress shows what is waited for, then the news, and takes the line away", async () => {
  const { terminal, said, elapsed } = createWideTerminal();
  const clock = new FakeClock();
  const tell = Promise.withResolvers<
    (progress: { message?: string; progress?: number; total?: number }) => void
  >();
  const end = Promise.withResolvers<void>();
  const done = showProgress((onProgress) => {
    tell.resolve(onProgress);
    return end.promise;
  }, { terminal, waitingFor: "task t", clock });
  const onProgress = await tell.promise;
  await clock.advance(300);
  onProgress({ message: "first\n\u001b[2Jnews" });
  onProgress({ progress: 1, total: 4 });
  await clock.advance(61_700);
  assert.equal(elapsed(), "1:02 min");
  end.resolve();
  await done;
  assert.deepEqual(said, [
    "open task t",
    "task t",
    "first \ufffd[2Jnews",
    "█████░░░░░░░░░░░░░░░  25 % first \ufffd[2Jnews",
    "close",
  ]);
});

Deno.test("showProgress takes the line away when the work fails", async () => {
  const { terminal, said } = createWideTerminal();
  const clock = new FakeClock();
  const done = showProgress(async () => {
    await clock.sleep(1_000);
    throw new Error("broken");
  }, { terminal, waitingFor: "x", clock });
  await Promise.all([assert.rejects(done, /broken/), clock.advance(1_000)]);
  assert.equal(said.at(-1), "close");
});

Deno.test("showProgress does the work where no line can be shown", async () => {
  const clock = new FakeClock();
  for (
    const openStatusLine of [
      () => Promise.reject(new Error("no such package")),
      () => Promise.resolve(undefined),
    ]
  ) {
    const terminal: Terminal = { ...createFakeTerminal(), errColumns: 80, openStatusLine };
    const done = showProgress(async (onProgress) => {
      await clock.sleep(1_000);
      onProgress({ message: "x" });
      return 7;
    }, { terminal, waitingFor: "x", clock });
    await clock.advance(1_000);
    assert.equal(await done, 7);
  }
  const { terminal, said } = createWideTerminal(10);
  const narrow = showProgress(() => clock.sleep(1_000), { terminal, waitingFor: "x", clock });
  await clock.advance(1_000);
  await narrow;
  assert.deepEqual(said, []);
});

Deno.test("showProgress prints lines for a person without a terminal for errors, else nothing", async () => {
  for (const [isInteractive, printed] of [[true, "… a\ufffd\n"], [false, ""]] as const) {
    const terminal = createFakeTerminal({ isInteractive });
    await showProgress((onProgress) => {
      onProgress({ message: "a\u0007" });
      onProgress({ progress: 1 });
      return Promise.resolve();
    }, { terminal, waitingFor: "x" });
    assert.equal(terminal.err(), printed);
  }
});

Deno.test("formatProgress cuts what is too long, and keeps the bar within its bounds", () => {
  assert.equal(formatProgress({ message: "abcdef" }, 4), "abc…");
  assert.equal(formatProgress({ message: "abcd" }, 4), "abcd");
  assert.equal(formatProgress({}, 4), "");
  const bar = (progress: number, total: number) => formatProgress({ progress, total }, 80);
  assert.equal(bar(9, 3), `${"█".repeat(20)} 100 %`);
  assert.equal(bar(-1, 3), `${"░".repeat(20)}   0 %`);
  assert.equal(bar(1, 0), "");
  assert.equal(bar(1, NaN), "");
});
