/** The stand-ins for speech and chat in a thread of their own: phones that measure are not kept waiting by them, nor they by a crowd of phones. */
import { Thread } from '../../src/base/thread.ts';
import type { SpeechKitSimulatorOptions } from '../../src/lab/simulator/speechkit/speechkit.ts';
import type { Providers } from '../support/environment.ts';

/** What the thread is given: data alone goes there. Each answer of the model tells its number. */
export interface ProvidersOrder {
  readonly speech: Omit<SpeechKitSimulatorOptions, 'voice' | 'clock' | 'epochMs'>;
  readonly firstTokenMs: number;
}

export type ProvidersQuestion = 'where' | 'lateMs';

export interface ProvidersApart extends Providers {
  /** How late they did what was due since this was last asked, ms, a look each. */
  lateMs(): Promise<readonly number[]>;
  stop(): Promise<void>;
}

export async function startProvidersApart(order: ProvidersOrder): Promise<ProvidersApart> {
  const module = new URL('./providers-thread', import.meta.url);
  const thread = new Thread({ module, data: order, goneCode: 'INTERNAL' });
  const ask = (question: ProvidersQuestion) => thread.ask(question);
  const stop = () => thread.close();
  try {
    const where = (await ask('where')) as Providers;
    return { ...where, lateMs: async () => (await ask('lateMs')) as readonly number[], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
