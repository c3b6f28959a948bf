/** Two vendors: the first dies in the middle of an answer. The second has a voice of its own, in which each text is another tone. */
import { afterAll, expect, it } from 'vitest';
import { startOpenAiSpeechSimulator } from '../../src/lab/simulator/openai/openai-speech.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { describeCalls } from '../support/describe-calls.ts';
import type { Suite } from '../support/describe-calls.ts';
import { FAILING_WORLD, FIRST, GREETING, SECOND, THIRD, ask } from '../support/failing.ts';

let running: Suite | undefined;
const inNova = (text: string) => `nova: ${text}`;
const openai = await startOpenAiSpeechSimulator({
  voice: async (text, rateHz) => {
    if (!running) throw new Error('nobody calls yet');
    return running.world.speech.callerTone(inNova(text), rateHz);
  },
});
afterAll(() => openai.stop());

const env = {
  ...FAILING_WORLD.env,
  SPEECH_PROVIDERS: 'yandex,openai',
  OPENAI_SPEECH_BASE_URL: openai.baseUrl,
  // What fails here says so at once; a busy machine is no failure.
  TTS_FIRST_AUDIO_MS: '5000',
};

describeCalls(
  'when a vendor fails',
  { ...FAILING_WORLD, env, kinds: ['asterisk'], modes: ['stream'] },
  (suite) => {
    // Said while a busy machine is late.
    const texts = (call: PhoneCall) =>
      suite.world
        .heard(call)
        .map(({ text }) => text)
        .filter((text) => text !== 'Ещё немного.');

    it('is heard to its end in the voice of the next one, word after word, and in its own when the first is back', async () => {
      running = suite;
      const { world } = suite;
      const { faults } = world.speech;
      // The first word of the second chunk is just over then.
      faults.set('tts-grpc', { kind: 'half', audioMs: 200, then: 'error' }, { text: SECOND });
      faults.set('tts-grpc', { kind: 'refused' }, { text: THIRD });
      for (const text of [SECOND, THIRD]) faults.set('tts-http', { kind: 'refused' }, { text });
      const { call } = await ask(suite);
      await world.untilHeard(call, inNova(THIRD));
      expect(texts(call)).toEqual([GREETING, FIRST, SECOND, inNova('часть ответа.'), inNova(THIRD)]);
      expect(openai.requests.map(({ fields }) => [fields['voice'], fields['input']]).sort()).toEqual([
        ['nova', THIRD],
        ['nova', 'часть ответа.'],
      ]);

      faults.clear();
      await call.say(world.speech.callerTone('назови части'));
      await world.untilHeard(call, THIRD);
      expect(texts(call).slice(5)).toEqual([FIRST, SECOND, THIRD]);
      expect(openai.requests).toHaveLength(2);
    });
  },
);
