/** The thread that reads documents and makes indexes of them: seconds of work that no call may feel. It is started for that and ended after it. */
import { answerQuestions } from '../../base/thread.ts';
import { buildIndex } from './build-index.ts';
import type { BuildRequest } from './build-index.ts';

answerQuestions((question) => buildIndex(question as BuildRequest));
