import type { TaskStore } from "../../../../src/store/mod.ts";

/** Defines one test of the suite: the store is empty at its beginning, and closed at its end. */
export type Test = (title: string, body: (store: TaskStore) => Promise<void>) => void;
