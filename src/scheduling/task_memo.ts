import { sha256Hex } from "../codec/mod.ts";
import { type Digest, digestText } from "./digest.ts";
import { merkleRoot } from "./merkle_root.ts";

/** Longer ones are not kept: they would make the memo's memory depend on what peers send. */
const MAX_TEXT_LENGTH = 512;
const FIXED_ROOT = merkleRoot([]);

/** What the owner of a task depends on. */
export interface OwnedTask {
  /** Task id. */
  readonly id: string;
  /** Task type. */
  readonly type: string;
  /** Model name. */
  readonly model: string;
}

/** What is remembered of a task. */
export interface RememberedTask {
  /** Its type. */
  readonly type: string;
  /** Its model name. */
  readonly model: string;
  /** What the hashes of peers are compared with. */
  readonly target: Digest;
  /** Who owned it in {@linkcode epoch}. */
  owner: string | undefined;
  /** The epoch of the membership that `owner` is from; -1 for none. */
  epoch: number;
}

/**
 * Remembers the tasks that were asked for last: claims look at the same candidates again and again,
 * and looking one up is many times as fast as hashing it twice and comparing it with every member.
 */
export class TaskMemo {
  readonly #tasks = new Map<string, RememberedTask>();
  readonly #maxTasks: number;

  /**
   * Start empty.
   *
   * @param maxTasks How many to keep; the oldest makes room.
   */
  constructor(maxTasks: number) {
    this.#maxTasks = maxTasks;
  }

  /**
   * What is remembered of a task, new if it was not known.
   *
   * @param task The task.
   * @returns Its record, in which the caller notes the owner.
   */
  recall(task: OwnedTask): RememberedTask {
    const { id, type, model } = task;
    const known = this.#tasks.get(id);
    if (known !== undefined && known.type === type && known.model === model) return known;
    const fresh = { type, model, target: digestTask(task), owner: undefined, epoch: -1 };
    if (id.length + type.length + model.length <= MAX_TEXT_LENGTH) this.#keep(id, fresh);
    return fresh;
  }

  #keep(id: string, task: RememberedTask): void {
    const [oldest] = this.#tasks.keys();
    if (oldest !== undefined && this.#tasks.size >= this.#maxTasks) this.#tasks.delete(oldest);
    this.#tasks.set(id, task);
  }
}

// Not `taskHash`, which throws for what is no Unicode text: no claim may fail of one such task.
function digestTask({ id, type, model }: OwnedTask): Digest {
  return digestText(`${FIXED_ROOT}:${sha256Hex(`${id}:${type}:${model}`)}`);
}
