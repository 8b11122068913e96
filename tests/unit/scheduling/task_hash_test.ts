import assert from "node:assert/strict";
import { taskHash, UnencodableTextError, workflowTaskHash } from "../../../src/scheduling/mod.ts";
import vectors from "../../fixtures/scheduling/vectors.json" with { type: "json" };

Deno.test("taskHash is the hash of deployed peers", () => {
  for (const vector of vectors.task_hash) {
    const hash = taskHash({
      taskId: vector.task_id,
      taskType: vector.task_type,
      modelName: vector.model_name,
    });
    assert.equal(hash, vector.task_hash, vector.hashed_text);
  }
});

Deno.test("workflowTaskHash is the hash of deployed peers", () => {
  for (
    const { task_id: taskId, workflow_id: workflowId, task_hash: hash } of vectors
      .workflow_task_hash
  ) {
    assert.equal(workflowTaskHash({ taskId, workflowId }), hash);
  }
});

Deno.test("taskHash refuses unpaired surrogates, as Python does", () => {
  const task = { taskId: "t\ud800", taskType: "shell", modelName: "" };
  assert.throws(() => taskHash(task), (error) => {
    assert.ok(error instanceof UnencodableTextError);
    assert.equal(error.code, "unencodable_text");
    assert.match(error.message, /"t\\ud800:shell:"/);
    return true;
  });
  assert.throws(() => workflowTaskHash({ taskId: "\udc00", workflowId: "" }), UnencodableTextError);
  taskHash({ ...task, taskId: "😀" });
});
