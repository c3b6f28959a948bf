/** What `providers-apart.ts` starts. Its end is the thread's. */
import { workerData } from 'node:worker_threads';
import { answerQuestions } from '../../src/base/thread.ts';
import { startChatSimulator } from '../../src/lab/simulator/chat.ts';
import { startSpeechKitSimulator } from '../../src/lab/simulator/speechkit/speechkit.ts';
import type { Providers } from '../support/environment.ts';
import { Lateness } from './lateness.ts';
import { numbered } from './numbered.ts';
import type { ProvidersOrder, ProvidersQuestion } from './providers-apart.ts';

const order = workerData as ProvidersOrder;
const started = start();
// Whoever asks is told.
started.catch(() => undefined);
const lateness = new Lateness();

answerQuestions((question) => {
  switch (question as ProvidersQuestion) {
    case 'where':
      return started;
    case 'lateMs':
      return lateness.taken();
  }
});

async function start(): Promise<Providers> {
  let asked = 0;
  const [speech, chat] = await Promise.all([
    startSpeechKitSimulator(order.speech),
    startChatSimulator({ reply: () => numbered(asked++), firstTokenMs: order.firstTokenMs }),
  ]);
  const { ttsGrpcUrl, ttsHttpUrl, sttGrpcUrl, sttHttpUrl, iamUrl } = speech;
  return {
    speech: { ttsGrpcUrl, ttsHttpUrl, sttGrpcUrl, sttHttpUrl, iamUrl },
    chat: { baseUrl: chat.baseUrl },
  };
}
