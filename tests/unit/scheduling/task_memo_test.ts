import assert from "node:assert/strict";
import { merkleRoot, taskHash } from "../../../src/scheduling/mod.ts";
import { digestText } from "../../../src/scheduling/digest.ts";
import { TaskMemo } from "../../../src/scheduling/task_memo.ts";

const task = (id: string, model = "") => ({ id, type: "shell", model });

Deno.test("TaskMemo compares with the hash of an empty clock's root and the task's hash", () => {
  const hash = taskHash({ taskId: "t1", taskType: "shell", modelName: "gpt2" });
  const { target, epoch, owner } = new TaskMemo(2).recall(task("t1", "gpt2"));
  assert.deepEqual(target, digestText(`${merkleRoot([])}:${hash}`));
  assert.deepEqual({ epoch, owner }, { epoch: -1, owner: undefined });
});

Deno.test("TaskMemo gives the same record for the same task", () => {
  const memo = new TaskMemo(2);
  const record = memo.recall(task("a"));
  record.owner = "peer";
  assert.equal(memo.recall(task("a")), record);
  assert.notEqual(memo.recall(task("a", "gpt2")), record);
  assert.notDeepEqual(memo.recall(task("a", "gpt2")).target, record.target);
});

Deno.test("TaskMemo forgets the oldest when it is full", () => {
  const memo = new TaskMemo(2);
  const [a, b] = [memo.recall(task("a")), memo.recall(task("b"))];
  memo.recall(task("c"));
  assert.equal(memo.recall(task("b")), b);
  assert.notEqual(memo.recall(task("a")), a);
});

Deno.test("TaskMemo keeps no long texts", () => {
  const memo = new TaskMemo(2);
  const [long, short] = [task("x".repeat(508)), task("x".repeat(507))];
  assert.notEqual(memo.recall(long), memo.recall(long));
  assert.equal(memo.recall(short), memo.recall(short));
});
