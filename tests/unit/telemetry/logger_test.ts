import assert from "node:assert/strict";
import {
  configureLogging,
  type ConfigureLoggingOptions,
  getLogger,
  resetLogging,
} from "../../../src/telemetry/mod.ts";

/** The lines that `log` writes under this configuration. */
function linesOf(options: ConfigureLoggingOptions, log: () => void): readonly string[] {
  const lines: string[] = [];
  configureLogging({ ...options, write: (line) => lines.push(line) });
  try {
    log();
  } finally {
    resetLogging();
  }
  return lines;
}

function entriesOf(options: ConfigureLoggingOptions, log: () => void): Record<string, unknown>[] {
  return linesOf({ format: "json", ...options }, log).map((line) => JSON.parse(line));
}

Deno.test("getLogger writes level, category, message and fields", () => {
  const [entry] = entriesOf({}, () => {
    getLogger("taskqueue", "service").warn("Lease expired", { taskId: "abc", attempt: 2 });
  });
  assert.match(String(entry?.["time"]), /^\d{4}-\d\d-\d\dT.*Z$/);
  assert.deepEqual({ ...entry, time: "" }, {
    time: "",
    level: "warn",
    category: "taskqueue.service",
    message: "Lease expired",
    taskId: "abc",
    attempt: 2,
  });
});

Deno.test("configureLogging writes lines of the level and above", () => {
  const levels = ["debug", "info", "warn", "error"] as const;
  for (const [index, level] of levels.entries()) {
    const entries = entriesOf({ level }, () => {
      const logger = getLogger("worker");
      for (const name of levels) logger[name]("Something happened");
    });
    assert.deepEqual(entries.map((entry) => entry["level"]), levels.slice(index));
  }
});

Deno.test("configureLogging writes text for people by default", () => {
  const [line] = linesOf({}, () => getLogger("worker").info("Task done", { op: "a b" }));
  assert.match(line ?? "", /^\S+Z INFO {2}worker Task done op="a b"\n$/);
});

Deno.test("configureLogging colours text only when told to", () => {
  const [line] = linesOf({ color: true }, () => getLogger("worker").info("Task done"));
  assert(line?.includes("\x1b[32mINFO \x1b[0m"), String(line));
});

Deno.test("configureLogging replaces what was configured before", () => {
  const before: string[] = [];
  configureLogging({ write: (line) => before.push(line) });
  const lines = linesOf({}, () => getLogger("worker").info("Task done"));
  assert.deepEqual([before.length, lines.length], [0, 1]);
});

Deno.test("getLogger is silent until logging is configured and after it is reset", () => {
  const lines = linesOf({}, () => {
    resetLogging();
    getLogger("worker").error("Task failed");
  });
  assert.deepEqual(lines, []);
});

Deno.test("Logger.with adds fields to every line, and a line's own go before them", () => {
  const [first, second] = entriesOf({}, () => {
    const logger = getLogger("worker").with({ taskId: "a", attempt: 1 });
    logger.info("Task started");
    logger.with({ attempt: 2 }).error("Task failed", { taskId: "b" });
  });
  assert.deepEqual([first?.["taskId"], first?.["attempt"]], ["a", 1]);
  assert.deepEqual([second?.["taskId"], second?.["attempt"]], ["b", 2]);
});

Deno.test("Logger hides secrets in fields, also in those added with `with`", () => {
  const text = linesOf({}, () => {
    getLogger("worker").with({ token: "s3cret" }).info("Task done", { payload: { a: "s3cret" } });
  }).join("");
  assert.match(text, /token=\(hidden\) payload=\(hidden\)/);
  assert.doesNotMatch(text, /s3cret/);
});

Deno.test("Logger writes an error's stack only at debug", () => {
  const log = () => getLogger("worker").error("Task failed", { error: new Error("broken") });
  const [atInfo] = entriesOf({ level: "info" }, log);
  assert.deepEqual(atInfo?.["error"], { code: "Error", message: "broken" });
  const [atDebug] = entriesOf({ level: "debug" }, log);
  assert.match(String((atDebug?.["error"] as { stack: unknown }).stack), /logger_test/);
});

Deno.test("Logger leaves braces in a message alone", () => {
  const [entry] = entriesOf({}, () => getLogger("worker").info("Saw {op}", { op: "claim" }));
  assert.equal(entry?.["message"], "Saw {op}");
});

Deno.test("Logger survives a writer that throws", () => {
  configureLogging({
    write: () => {
      throw new Error("pipe closed");
    },
  });
  try {
    getLogger("worker").info("Task done");
  } finally {
    resetLogging();
  }
});
