import { StoreClosedError } from "../errors.ts";

/** Runs the operations of a store in memory, until it is closed. */
export class MemorySteps {
  #isClosed = false;

  /** Run an operation, which must not wait for anything, so that it is atomic. */
  run<T>(operation: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (this.#isClosed) throw new StoreClosedError("memory");
      resolve(operation());
    });
  }

  /** Run no more. */
  close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }
}
