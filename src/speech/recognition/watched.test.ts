import { describe, expect, it } from 'vitest';
import { ParleyError } from '../../base/errors.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { RecognitionEvent, Recognizer } from './recognizer.ts';
import { WatchedRecognizer } from './watched.ts';

/** How the recognizer inside behaves. */
type Behaviour = 'hears' | 'is down' | 'hangs';

function watched() {
  const clock = new ManualClock();
  let behaviour: Behaviour = 'hears';
  const inner: Recognizer = {
    name: 'inner',
    async *recognize(_audio, _request, signal): AsyncGenerator<RecognitionEvent> {
      if (behaviour === 'is down') throw new ParleyError('ASR_UNAVAILABLE', 'It is down.');
      if (behaviour === 'hangs')
        await new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
        );
      yield { kind: 'final', text: 'yes' };
    },
    close: async () => undefined,
  };
  const recognizer = new WatchedRecognizer(inner, clock);
  return {
    clock,
    recognizer,
    ask: async (how: Behaviour, abortWith?: Error) => {
      behaviour = how;
      const aborter = new AbortController();
      const asked = heard(recognizer, aborter.signal).catch(() => undefined);
      if (abortWith) aborter.abort(abortWith);
      await asked;
    },
  };
}

async function heard(recognizer: Recognizer, signal: AbortSignal): Promise<void> {
  const silence = (async function* () {})();
  const events = recognizer.recognize(silence, { language: 'ru-RU', sampleRateHz: 8000 }, signal);
  for await (const event of events) void event;
}

describe('a watched recognizer', () => {
  it('is thought ill after three failures in a row, and well again after a success', async () => {
    const { recognizer, ask } = watched();
    await ask('is down');
    await ask('is down');
    expect(recognizer.isFailing).toBe(false);
    await ask('is down');
    expect(recognizer.isFailing).toBe(true);
    await ask('hears');
    expect(recognizer.isFailing).toBe(false);
    await ask('is down');
    expect(recognizer.isFailing).toBe(false);
  });

  it('is thought well again after a minute in which nobody dared to ask', async () => {
    const { clock, recognizer, ask } = watched();
    for (let n = 0; n < 5; n++) await ask('is down');
    await clock.advance(59_000);
    expect(recognizer.isFailing).toBe(true);
    await clock.advance(2_000);
    expect(recognizer.isFailing).toBe(false);
  });

  it('is not thought ill for failures that are minutes apart', async () => {
    const { clock, recognizer, ask } = watched();
    for (let n = 0; n < 5; n++) {
      await ask('is down');
      await clock.advance(40_000);
    }
    expect(recognizer.isFailing).toBe(false);
  });

  it('is to blame for what came too late, but not for what nobody wanted any more', async () => {
    const { recognizer, ask } = watched();
    for (let n = 0; n < 3; n++) await ask('hangs', new Error('the caller has hung up'));
    expect(recognizer.isFailing).toBe(false);
    for (let n = 0; n < 3; n++) await ask('hangs', new ParleyError('ASR_TIMEOUT', 'Too late.'));
    expect(recognizer.isFailing).toBe(true);
  });
});
