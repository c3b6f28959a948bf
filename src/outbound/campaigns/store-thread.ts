/** The thread that owns the file of campaigns; it also reads lists: a hundred thousand lines are seconds that no call may feel. */
import { workerData } from 'node:worker_threads';
import { answerQuestions } from '../../base/thread.ts';
import { answerFrom } from './store-questions.ts';
import type { StoreQuestion } from './store-questions.ts';
import { CampaignStore } from './store.ts';

const { file } = workerData as { readonly file: string };

const store = new CampaignStore(file);

answerQuestions((question) => answerFrom(store, question as StoreQuestion));
