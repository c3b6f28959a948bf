/** The thread that owns the file of the history. */
import { workerData } from 'node:worker_threads';
import type { Criteria } from './criteria.ts';
import type { KeptCall, KeptResult } from './kept-call.ts';
import { HistoryStore } from './store.ts';
import type { StoreLimits } from './store.ts';
import { answerQuestions } from '../base/thread.ts';

export type StoreQuestion =
  | { readonly kind: 'add'; readonly calls: readonly KeptCall[] }
  | { readonly kind: 'addResult'; readonly result: KeptResult }
  | { readonly kind: 'search'; readonly criteria: Criteria }
  | { readonly kind: 'find'; readonly key: string }
  | { readonly kind: 'deleteSome'; readonly limits: StoreLimits }
  | { readonly kind: 'close' };

/** A damaged file was put aside. */
export interface StoreNews {
  readonly setAside: string;
}

const { file } = workerData as { readonly file: string };

const { tell } = answerQuestions((question) => answer(question as StoreQuestion));
const store = new HistoryStore({
  file,
  epochMs: () => Date.now(),
  onSetAside: (path) => tell({ setAside: path } satisfies StoreNews),
});

function answer(question: StoreQuestion): unknown {
  switch (question.kind) {
    case 'add':
      return store.add(question.calls);
    case 'addResult':
      return store.addResult(question.result);
    case 'search':
      return store.search(question.criteria);
    case 'find':
      return store.find(question.key);
    case 'deleteSome':
      return store.deleteSome(question.limits);
    case 'close':
      return store.close();
  }
}
